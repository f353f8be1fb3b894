import { join } from "node:path";
import { writeWhole } from "../../data/corpus/atomic-file.ts";
import { isRecord } from "../../options/field-checks.ts";
import { readRegularText } from "../../platform/node-files.ts";
import { CommandError } from "../failure.ts";
import type { SweepPlan } from "./plan.ts";
import type { Trial } from "./trial.ts";

/** What a sweep keeps, so that it can be gone on with whenever it was stopped: its plan and what is known of every trial. */
export interface SweepState {
  readonly version: 1;
  /** The folder that the plan's paths start from. */
  readonly workingFolder: string;
  readonly plan: SweepPlan;
  readonly trials: readonly Trial[];
}

export const STATE_FILE = "sweep.json";

/** Writes the state as a whole or not at all: under another name first, which then takes the place of the old one. */
export function saveState(folder: string, state: SweepState): void {
  // In one call, so that two trials that end together cannot come between one another.
  writeWhole(join(folder, STATE_FILE), `${JSON.stringify(state, null, 1)}\n`);
}

/** The state of the sweep in a folder. */
export function readState(folder: string): SweepState {
  const path = join(folder, STATE_FILE);
  let text: string;
  try {
    text = readRegularText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `${folder} has no sweep to resume: ${STATE_FILE} ${code === "ENOENT" || code === "ENOTDIR" ? "is missing" : `cannot be read (${code})`}`,
    );
  }
  let state: Partial<SweepState> | null;
  try {
    state = JSON.parse(text) as Partial<SweepState> | null;
  } catch {
    throw new CommandError(`${path} is no JSON, so the sweep cannot be resumed`);
  }
  if (state?.version !== 1 || !Array.isArray(state.trials) || !isRecord(state.plan)) {
    throw new CommandError(`${path} is no state of a sweep that this version can read`);
  }
  return state as SweepState;
}
