import type { TrialSettings } from "./parameter.ts";

/** How a trial did on one rung. */
export interface Result {
  readonly steps: number;
  readonly seconds: number;
  /** What was measured on the held-out part, by name. */
  readonly [figure: string]: number | null;
}

/** By what trials are judged: a figure of the task, as loss_nats. */
export type Metric = string;

/** Whether the best trial is the one with the least or the most of it. */
export type Better = "less" | "more";

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

/** The figure that a result is judged by; null where there is none, as where a tokenizer loses characters. */
export function measure(result: Result, metric: Metric): number | null {
  return result[metric.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] ?? null;
}

/** What a trial is judged by: its last result. */
export function score(trial: Trial, metric: Metric): number | null {
  const last = trial.results.at(-1);
  return last === undefined ? null : measure(last, metric);
}

/** Trials with a result, the best first, equals by their number. */
export function ranked(trials: readonly Trial[], metric: Metric, better: Better = "less"): Trial[] {
  const sign = better === "less" ? 1 : -1;
  return trials
    .filter((trial) => score(trial, metric) !== null)
    .sort((a, b) => sign * (score(a, metric)! - score(b, metric)!) || a.number - b.number);
}
