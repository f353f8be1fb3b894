import type { TrialSettings } from "./parameter.ts";

/** How a trial did on one rung. */
export interface Result {
  readonly steps: number;
  readonly seconds: number;
  readonly lossNats: number;
  readonly bitsPerCharacter: number | null;
}

/** By what trials are judged, on the held-out text; less is better. */
export type Metric = "loss_nats" | "bits_per_character";

/** One setting of the parameters and what has come of it. */
export interface Trial {
  /** From 1. */
  readonly number: number;
  readonly settings: TrialSettings;
  /** One for each rung that it has finished. */
  readonly results: readonly Result[];
  /** Why it failed; null if it has not. */
  readonly error: string | null;
}

/** The figure that a result is judged by; null where the tokenizer loses characters. */
export function measure(result: Result, metric: Metric): number | null {
  return metric === "loss_nats" ? result.lossNats : result.bitsPerCharacter;
}

/** What a trial is judged by: its last result. */
export function score(trial: Trial, metric: Metric): number | null {
  const last = trial.results.at(-1);
  return last === undefined ? null : measure(last, metric);
}

/** Trials with a result, the best first, equals by their number. */
export function ranked(trials: readonly Trial[], metric: Metric): Trial[] {
  return trials
    .filter((trial) => score(trial, metric) !== null)
    .sort((a, b) => score(a, metric)! - score(b, metric)! || a.number - b.number);
}
