import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { dueJobs, type Job, rungsOf } from "./rungs.ts";
import { type SweepState, saveState } from "./state.ts";
import type { Trial } from "./trial.ts";
import { trialArguments } from "./trial-arguments.ts";
import { type Progress, type RunningTrial, type TrialEnd, TrialProcess } from "./trial-process.ts";

/** What a sweep tells while it runs. */
export interface SweepListener {
  started(trial: Trial, rung: number): void;
  progress(trial: Trial, progress: Progress): void;
  /** `trials` are all, as they now are. */
  ended(trial: Trial, end: TrialEnd, trials: readonly Trial[]): void;
}

/** The name of a trial's folder: "007". */
export function trialName({ number }: Trial): string {
  return String(number).padStart(3, "0");
}

/**
 * Runs what is left of a sweep, `parallel` trials at a time, and writes its state after each; returns it as it is in the end. A
 * trial that fails is one that has failed, and no more. Once `signal` is aborted the running trials are asked to save and end.
 */
export async function runSweep(
  folder: string,
  state: SweepState,
  {
    train,
    parallel,
    signal,
    listener,
    begin = (...parts) => new TrialProcess(...parts),
  }: {
    readonly train: Command;
    readonly parallel: number;
    readonly signal: AbortSignal;
    readonly listener: SweepListener;
    /** How a trial is begun; as a process here if not given. */
    readonly begin?: (...parts: ConstructorParameters<typeof TrialProcess>) => RunningTrial;
  },
): Promise<SweepState> {
  const { plan, workingFolder } = state;
  const rungs = rungsOf(state.trials.length, plan.halving);
  const trials = [...state.trials];
  const running = new Map<number, { readonly child: RunningTrial; readonly recorded: Promise<void> }>();
  mkdirSync(join(folder, "trials"), { recursive: true });

  const start = ({ trial, rung }: Job): void => {
    const place = join(folder, "trials", trialName(trial));
    const parameters = trialArguments(train, plan, trial, rungs[rung].budget, place);
    const places = { workingFolder, logPath: `${place}.log` };
    const child = begin(parameters, plan, places, (progress) => listener.progress(trial, progress));
    const record = async () => {
      const end = await child.ended;
      running.delete(trial.number);
      const now = after(trial, end);
      trials[trial.number - 1] = now;
      saveState(folder, { ...state, trials });
      listener.ended(now, end, trials);
    };
    running.set(trial.number, { child, recorded: record() });
    listener.started(trial, rung);
  };
  const stopAll = () => {
    for (const { child } of running.values()) child.stop();
  };

  signal.addEventListener("abort", stopAll);
  try {
    for (;;) {
      const waiting = dueJobs(trials, rungs, plan.metric, plan.better).filter(
        ({ trial }) => !running.has(trial.number),
      );
      while (!signal.aborted && running.size < parallel && waiting.length > 0) start(waiting.shift()!);
      if (running.size === 0) return { ...state, trials };
      await Promise.race([...running.values()].map(({ recorded }) => recorded));
    }
  } finally {
    signal.removeEventListener("abort", stopAll);
    // Where the state could not be written, for one, the other trials must not go on by themselves.
    stopAll();
  }
}

/** The trial with what its process came to. */
function after(trial: Trial, end: TrialEnd): Trial {
  if (end.type === "done") return { ...trial, results: [...trial.results, end.result] };
  if (end.type === "failed") return { ...trial, error: end.error };
  return trial;
}
