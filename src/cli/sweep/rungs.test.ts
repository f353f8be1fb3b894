import { expect, it } from "vitest";
import { dueJobs, type Rung, rungsOf } from "./rungs.ts";
import type { Trial } from "./trial.ts";

const halving = { factor: 3, budget: "steps", min: 200, max: 1800 } as const;

it("budgets grow by the factor up to the largest, trials become fewer by it", () => {
  expect(rungsOf(9, halving)).toEqual([
    { trials: 9, budget: 200 },
    { trials: 3, budget: 600 },
    { trials: 1, budget: 1800 },
  ]);
  expect(rungsOf(20, { ...halving, factor: 4, max: 1000 })).toEqual([
    { trials: 20, budget: 200 },
    { trials: 5, budget: 800 },
    { trials: 1, budget: 1000 },
  ]);
  expect(rungsOf(4, { ...halving, budget: "epochs", factor: 2, min: 0.5, max: 1 })).toEqual([
    { trials: 4, budget: 0.5 },
    { trials: 2, budget: 1 },
  ]);
  expect(rungsOf(5, null)).toEqual([{ trials: 5, budget: null }]);
});

/** Runs all that is due, rung by rung, and gives the numbers of the trials that ran. */
function played(losses: readonly (readonly (number | null)[])[], rungs: readonly Rung[]): number[][] {
  let trials: Trial[] = losses.map((_, index) => ({
    number: index + 1,
    settings: {},
    results: [],
    error: null,
  }));
  const ran: number[][] = [];
  for (;;) {
    const due = dueJobs(trials, rungs, "loss_nats");
    if (due.length === 0) return ran;
    ran.push(due.map(({ trial }) => trial.number));
    // One at a time, so that it is seen that a rung waits for all who come to it.
    const [{ trial, rung }] = due;
    const lossNats = losses[trial.number - 1][rung];
    trials = trials.map((each) => {
      if (each.number !== trial.number) return each;
      if (lossNats === null) return { ...each, error: "it failed" };
      return {
        ...each,
        results: [...each.results, { steps: 1, seconds: 1, lossNats, bitsPerCharacter: null }],
      };
    });
  }
}

it("the best of a rung go on once all there are done, the failed never", () => {
  const rungs = [4, 2, 1].map((trials) => ({ trials, budget: 1 }));
  expect(played([[3, 9], [1, null], [2, 1, 5], [null]], rungs)).toEqual([
    [1, 2, 3, 4],
    [2, 3, 4],
    [3, 4],
    [4],
    // 2 and 3 were best; 2 fails, and 1 does not take its place.
    [2, 3],
    [3],
    [3],
  ]);
  expect(played([[null], [null]], rungs)).toEqual([[1, 2], [2]]);
});
