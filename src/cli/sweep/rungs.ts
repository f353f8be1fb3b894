// Successive halving: all trials get a small budget, the best of them a larger one, and so on; with factor η the best 1/η of each
// rung go on with η times the budget. Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter
// optimization", AISTATS 2016.
import { type Better, type Metric, measure, type Trial } from "./trial.ts";

export interface Halving {
  readonly factor: number;
  /** The option that is the budget. */
  readonly budget: "steps" | "epochs" | "minutes";
  readonly min: number;
  readonly max: number;
}

/** A stage of a sweep: how many trials come to it, and what each gets in all; null: what the fixed options say. */
export interface Rung {
  readonly trials: number;
  readonly budget: number | null;
}

/** A trial that is to run up to a rung's budget. */
export interface Job {
  readonly trial: Trial;
  readonly rung: number;
}

/** The rungs of a sweep with that many trials; without halving there is one. */
export function rungsOf(trials: number, halving: Halving | null): Rung[] {
  if (halving === null) return [{ trials, budget: null }];
  const { factor, budget, min, max } = halving;
  const rungs: Rung[] = [];
  for (let index = 0; ; index++) {
    const amount = min * factor ** index;
    const isLast = amount >= max * (1 - 1e-9);
    const left = Math.max(1, Math.floor(trials / factor ** index + 1e-9));
    rungs.push({
      trials: left,
      budget: isLast ? max : budget === "steps" ? Math.round(amount) : Number(amount.toPrecision(6)),
    });
    if (isLast) return rungs;
  }
}

/** What can run now: who has not finished the lowest rung that has not been finished by all who came to it. None: all is done. */
export function dueJobs(
  trials: readonly Trial[],
  rungs: readonly Rung[],
  metric: Metric,
  better: Better = "less",
): Job[] {
  let entrants = trials;
  for (const rung of rungs.keys()) {
    const due = entrants.filter(({ error, results }) => error === null && results.length <= rung);
    if (due.length > 0) return due.map((trial) => ({ trial, rung }));
    if (rung + 1 < rungs.length)
      entrants = bestOf(entrants, rung, metric, better).slice(0, rungs[rung + 1].trials);
  }
  return [];
}

/** Those that finished a rung, the best there first, in the order of their numbers among equals. */
function bestOf(trials: readonly Trial[], rung: number, metric: Metric, better: Better): Trial[] {
  const on = (trial: Trial) => {
    const value = measure(trial.results[rung], metric);
    return value === null ? Number.POSITIVE_INFINITY : better === "less" ? value : -value;
  };
  return trials
    .filter(({ results }) => results.length > rung)
    .sort((a, b) => on(a) - on(b) || a.number - b.number);
}
