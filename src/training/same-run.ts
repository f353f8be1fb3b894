import { type ErrorText, naming, UnrolledError } from "../errors.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import type { RunState } from "./run-state.ts";
import type { AnyPrepared } from "./trainer.ts";

/** Settings by which batches are made: under another one, a place among them is the place of something else. */
const OF_BATCHES: readonly string[] = ["batchSize", "seqLength"];
/** Settings that do not touch what is learned from good steps, and the budget, which may grow. */
const MAY_CHANGE: readonly string[] = [
  "budget",
  "checkpointEvery",
  "sampleEvery",
  "threads",
  "gradientFormat",
  "backend",
  "onDivergence",
  "divergenceFactor",
];

/**
 * Throws unless a checkpoint is of this task, of these data and of batches of this size.
 *
 * @throws UnrolledError "invalid-argument" that says what is another
 */
export async function requireSameRun(
  state: RunState,
  task: Task,
  prepared: AnyPrepared,
  settings: LoopSettings,
): Promise<void> {
  const { sizes = {}, batchesPerEpoch } = prepared;
  if (state.task !== task.name) refuse(`of the task ${state.task}, now it is ${task.name}`);
  for (const { option, then, now } of differences(state, settings))
    if (OF_BATCHES.includes(option))
      refuse(
        naming`from a run with ${{ option }} ${then}, now it is ${now}; it can go on only with the same`,
      );
  for (const [what, then] of Object.entries(state.sizes)) {
    const now = sizes[what] ?? 0;
    if (then !== now)
      refuse(`from a run with ${then} ${what}, now there are ${now}; it can go on only with the same data`);
  }
  if (state.place) {
    const { epoch, batch } = state.place;
    const isHere = epoch * batchesPerEpoch + batch === state.step;
    if (!isHere)
      refuse(
        `from step ${state.step}, batch ${batch + 1} of epoch ${epoch + 1}, where an epoch has ${batchesPerEpoch} batches now`,
      );
  }
  if (state.digest !== null && state.digest !== (await prepared.digest()))
    refuse("from a run with other data of the same sizes; it can go on only with the same");
}

/** Which settings are others than the checkpoint's, in words; undefined where none is. */
export function otherSettings(state: RunState, settings: LoopSettings): string | undefined {
  const found = differences(state, settings).map(
    ({ option, then, now }) =>
      `${option.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} was ${then} and is ${now}`,
  );
  if (found.length === 0) return undefined;
  return `the run goes on under other settings than its checkpoint's: ${found.join("; ")}`;
}

/** Settings that the checkpoint says and that have another value now. */
function differences({ settings: before = {} }: RunState, settings: LoopSettings) {
  const now: Readonly<Record<string, unknown>> = { ...settings };
  return Object.keys(before).flatMap((option) => {
    const [then, here] = [before[option], now[option]].map((value) =>
      typeof value === "string" ? value : JSON.stringify(value ?? null),
    );
    return then === here || MAY_CHANGE.includes(option) ? [] : [{ option, then, now: here }];
  });
}

function refuse(problem: ErrorText): never {
  const parts = typeof problem === "string" ? [problem] : problem;
  throw new UnrolledError("invalid-argument", { call: "train", problem: ["the checkpoint is ", ...parts] });
}
