import { duration, figure, short } from "../screen/amounts.ts";
import { harmless } from "../screen/wrap.ts";
import { type Better, type Metric, ranked, score, type Trial } from "./trial.ts";
import type { Progress } from "./trial-process.ts";

/** A row of the table: the best trial first, then those that run and have no result yet, then the failed, then the waiting. */
export interface Row {
  readonly trial: Trial;
  readonly isRunning: boolean;
  readonly cells: readonly string[];
}

/** The names of the columns. Those of the parameters stand between the trial's number and the rest. */
export function headings(keys: readonly string[], metric: Metric): string[] {
  return ["trial", ...keys, metric, "time", "state"];
}

/** `running` has how far the trials are that run. */
export function rowsOf(
  trials: readonly Trial[],
  running: ReadonlyMap<number, Progress | null>,
  metric: Metric,
  better?: Better,
): Row[] {
  const best = ranked(trials, metric, better);
  const rest = trials.filter((trial) => !best.includes(trial));
  const order = (trial: Trial) => (running.has(trial.number) ? 0 : trial.error !== null ? 1 : 2);
  return [...best, ...rest.sort((a, b) => order(a) - order(b) || a.number - b.number)].map((trial) => ({
    trial,
    isRunning: running.has(trial.number),
    cells: [
      String(trial.number),
      ...Object.values(trial.settings).map(String),
      ...figures(trial, metric),
      stateOf(trial, running),
    ].map(harmless),
  }));
}

function figures(trial: Trial, metric: Metric): [string, string] {
  const measured = score(trial, metric);
  const last = trial.results.at(-1);
  return [measured === null ? "" : figure(measured), last === undefined ? "" : duration(last.seconds)];
}

function stateOf(trial: Trial, running: ReadonlyMap<number, Progress | null>): string {
  const progress = running.get(trial.number);
  if (progress !== undefined) return progress === null ? "starts" : progressText(progress);
  if (trial.error !== null) return `failed: ${trial.error}`;
  const last = trial.results.at(-1);
  return last === undefined ? "waits" : `${short(last.steps)} steps`;
}

function progressText({ steps, totalSteps, loss }: Progress): string {
  const done = totalSteps === null ? `step ${short(steps)}` : `${Math.floor((100 * steps) / totalSteps)} %`;
  return loss === null ? done : `${done}, loss ${figure(loss)}`;
}
