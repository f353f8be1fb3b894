import { describe, expect, test } from "vitest";
import { LearningRate } from "./learning-rate.ts";
import { learningRateShare, type Schedule } from "./schedule.ts";

const at = (epoch: number, progress = 0, step = 0) => ({ step, epoch, progress });

describe("a schedule", () => {
  test("decays from an epoch on: full for four epochs, then halved at each (Zaremba et al. 2014)", () => {
    const schedule: Schedule = { kind: "decay", from: 4, factor: 0.5 };
    const shares = [0, 3.99, 4, 4.99, 5, 7.5].map((epoch) => learningRateShare(schedule, at(epoch)));
    expect(shares).toEqual([1, 1, 0.5, 0.5, 0.25, 0.0625]);
    expect(learningRateShare({ kind: "decay", from: 0 }, at(0))).toBe(0.5);
  });

  test.each<Schedule>([
    { kind: "constant" },
    { kind: "step", every: 0.5 },
    { kind: "decay", from: 2 },
    { kind: "plateau" },
    { kind: "cosine" },
  ])("%j rises in a line over its warm-up, and is then what it is without", (schedule) => {
    const share = (progress: number) => learningRateShare({ ...schedule, warmup: 0.1 }, at(0, progress));
    expect(share(0)).toBe(0.01);
    expect(share(0.025)).toBeCloseTo(0.25, 12);
    expect(share(0.075)).toBeCloseTo(0.75, 12);
    expect(share(0.1)).toBe(1);
    if (schedule.kind !== "cosine")
      for (const progress of [0.1, 0.6, 1])
        expect(share(progress)).toBe(learningRateShare(schedule, at(0, progress)));
    // Half way between the end of the warm-up and the end of the training.
    else expect(share(0.55)).toBeCloseTo(0.525, 12);
  });

  test("may count its warm-up in steps", () => {
    const share = (step: number) =>
      learningRateShare({ kind: "constant", warmupSteps: 4 }, at(0, step / 100, step));
    expect([0, 1, 2, 3, 4, 50].map(share)).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1]);
  });

  test.each<[Schedule, string]>([
    [{ kind: "decay", from: -1 }, "from is -1, needed at least 0"],
    [{ kind: "decay", from: 1, factor: 0 }, "factor is 0"],
    [{ kind: "plateau", factor: 1.5 }, "factor is 1.5"],
    [{ kind: "constant", warmup: -0.1 }, "warmup is -0.1"],
    [{ kind: "constant", warmupSteps: -1 }, "warmupSteps is -1"],
    [{ kind: "plateau", patience: 0 }, "patience is 0, needed a whole number of at least 1"],
  ])("%j is refused", (schedule, message) => {
    expect(() => new LearningRate(1, schedule)).toThrow(message);
  });
});

describe("LearningRate", () => {
  const plateau: Schedule = { kind: "plateau", factor: 0.25, patience: 2, warmup: 0.5 };

  test("is the full rate times the schedule's share", () => {
    const rate = new LearningRate(0.01, { kind: "step" });
    expect(rate.rateAt(at(0, 0.3))).toBe(0.005);
    expect(rate.observe(1)).toBe(false);
    expect(() => new LearningRate(Number.NaN)).toThrow("LearningRate: rate is NaN");
  });

  test("falls once the held-out loss has not improved for as many evaluations as there is patience", () => {
    const rate = new LearningRate(8, plateau);
    const reductions = [3, 2, 2, 1.9, 2, 1.9, 2.5, Number.NaN, 1, 5].map((loss) => rate.observe(loss));
    //                  best best  –  best  –  falls  –  falls  best –
    expect(reductions).toEqual([false, false, false, false, false, true, false, true, false, false]);
    expect(rate.rateAt(at(0, 0.5))).toBe(0.5);
    expect(rate.rateAt(at(0, 0.25))).toBe(0.25);
  });

  test("does not fall for losses where its schedule is another", () => {
    const rate = new LearningRate(1, { kind: "constant" });
    for (let count = 0; count < 9; count++) expect(rate.observe(1)).toBe(false);
    expect(rate.rateAt(at(0))).toBe(1);
  });

  test("goes on where its state was taken", () => {
    const losses = [3, 3, 3, 3, 2, 2, 2, 2, 2];
    for (let cut = 0; cut <= losses.length; cut++) {
      const whole = new LearningRate(1, plateau);
      const first = new LearningRate(1, plateau);
      const expected = losses.map((loss) => whole.observe(loss));
      const found = losses.slice(0, cut).map((loss) => first.observe(loss));
      const second = new LearningRate(1, plateau);
      second.restore(JSON.parse(JSON.stringify(first.state())));
      found.push(...losses.slice(cut).map((loss) => second.observe(loss)));
      expect(found).toEqual(expected);
      expect(second.rateAt(at(0, 1))).toBe(whole.rateAt(at(0, 1)));
    }
    expect(new Set(losses.map((loss) => new LearningRate(1, plateau).observe(loss)))).toEqual(
      new Set([false]),
    );
  });
});
