import { describe, expect, test } from "vitest";
import { learningRateShare, type Schedule } from "./schedule.ts";

describe("learningRateShare", () => {
  test("constant stays at 1", () => {
    for (const progress of [0, 0.5, 1]) expect(learningRateShare({ kind: "constant" }, progress)).toBe(1);
  });

  test("cosine rises in a line, falls as half a cosine, and ends at the floor", () => {
    const schedule: Schedule = { kind: "cosine", warmup: 0.1, floor: 0.2 };
    expect(learningRateShare(schedule, 0.05)).toBeCloseTo(0.5, 12);
    expect(learningRateShare(schedule, 0.1)).toBeCloseTo(1, 12);
    for (const progress of [0.2, 0.37, 0.55, 0.8, 0.99]) {
      const expected = 0.2 + 0.8 * 0.5 * (1 + Math.cos((Math.PI * (progress - 0.1)) / 0.9));
      expect(learningRateShare(schedule, progress)).toBeCloseTo(expected, 12);
    }
    expect(learningRateShare(schedule, 1)).toBeCloseTo(0.2, 12);
  });

  test("cosine by itself warms up over half a per cent and ends at 5 %, and never stands at 0", () => {
    expect(learningRateShare({ kind: "cosine" }, 0)).toBeGreaterThan(0);
    expect(learningRateShare({ kind: "cosine" }, 0.005)).toBeCloseTo(1, 12);
    expect(learningRateShare({ kind: "cosine" }, 1)).toBeCloseTo(0.05, 12);
    expect(learningRateShare({ kind: "cosine", warmup: 0 }, 0)).toBeCloseTo(1, 12);
  });

  test("step multiplies at each edge", () => {
    const shares = [0, 0.19, 0.21, 0.45, 0.65, 0.85, 1].map((at) => learningRateShare({ kind: "step" }, at));
    expect(shares).toEqual([1, 1, 0.5, 0.25, 0.125, 0.0625, 0.0625]);
    expect(learningRateShare({ kind: "step", every: 0.5, factor: 0.1 }, 0.5)).toBe(0.1);
  });

  test("progress beyond the ends counts as the ends", () => {
    expect(learningRateShare({ kind: "cosine" }, 1.5)).toBe(learningRateShare({ kind: "cosine" }, 1));
    expect(learningRateShare({ kind: "cosine" }, -1)).toBe(learningRateShare({ kind: "cosine" }, 0));
  });

  test.each<[Schedule, number, string]>([
    [{ kind: "step", every: 0 }, 0.5, "every is 0, needed more than 0"],
    [{ kind: "step", factor: 2 }, 0.5, "factor is 2"],
    [{ kind: "cosine", warmup: 1 }, 0.5, "warmup is 1, needed 0 to below 1"],
    [{ kind: "cosine", floor: -1 }, 0.5, "floor is -1"],
    [{ kind: "constant" }, Number.NaN, "progress is NaN"],
    [{ kind: "linear" } as unknown as Schedule, 0.5, 'schedule "linear" is not known'],
  ])("%j is refused", (schedule, progress, message) => {
    expect(() => learningRateShare(schedule, progress)).toThrow(message);
  });
});

test("a decay of any number of epochs is worked out at once", () => {
  const far = Number.MAX_SAFE_INTEGER + 1;
  expect(learningRateShare({ kind: "decay", from: 2 }, { step: 1, epoch: far, progress: 0.5 })).toBe(0);
  expect(
    learningRateShare({ kind: "decay", from: 2, factor: 1 }, { step: 1, epoch: far, progress: 0.5 }),
  ).toBe(1);
});
