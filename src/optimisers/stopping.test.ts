import { describe, expect, test } from "vitest";
import { EarlyStopping } from "./early-stopping.ts";
import { NonMonotoneTrigger } from "./non-monotone-trigger.ts";

describe("EarlyStopping", () => {
  test("stops after as many evaluations without improvement as there is patience", () => {
    const stopping = new EarlyStopping(3);
    const answers = [5, 4, 4, 4.5, 3.9, 4, Number.NaN, 3.9].map((loss) => stopping.observe(loss));
    expect(answers).toEqual([false, false, false, false, false, false, false, true]);
  });

  test("waits through losses that are no numbers from the start", () => {
    const stopping = new EarlyStopping(2);
    expect([Number.NaN, Number.POSITIVE_INFINITY].map((loss) => stopping.observe(loss))).toEqual([
      false,
      true,
    ]);
    expect(stopping.state()).toEqual({ best: null, waited: 0 });
  });

  test("goes on where its state was taken", () => {
    const first = new EarlyStopping(2);
    first.observe(1);
    first.observe(2);
    const second = new EarlyStopping(2);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    expect(second.observe(1.5)).toBe(true);
    expect(new EarlyStopping(2).observe(1.5)).toBe(false);
  });

  test.each([0, 1.5, Number.NaN])("patience %s is refused", (patience) => {
    expect(() => new EarlyStopping(patience)).toThrow(`EarlyStopping: patience is ${patience}`);
  });
});

/** The authors' condition, written down once more: `v > min(log[:-n])` while there are more than n losses. */
function triggersAt(losses: readonly number[], n: number): number {
  return losses.findIndex((loss, t) => t > n && loss > Math.min(...losses.slice(0, t - n)));
}

describe("NonMonotoneTrigger", () => {
  test.each([
    [[5, 4, 3, 2, 1, 0], -1],
    [[5, 6, 7, 8, 9, 10], 4],
    [[5, 4, 4.5, 4.4, 4.3, 4.2, 3], 5],
    [[5, 4, 9, 4, 4, 3, 3, 3, 3, 3.1, 3.1], 9],
    [[1, 2, 2], -1],
  ])("of n 3 on %j", (losses, expected) => {
    const trigger = new NonMonotoneTrigger({ n: 3 });
    const answers = losses.map((loss) => trigger.observe(loss));
    expect(answers.indexOf(true)).toBe(expected);
    expect(expected).toBe(triggersAt(losses, 3));
    expect(trigger.triggered).toBe(expected >= 0);
    expect(answers.filter((answer) => answer).length).toBe(expected >= 0 ? 1 : 0);
  });

  test("is not moved by one bad evaluation", () => {
    const trigger = new NonMonotoneTrigger();
    expect([5, 4, 3, 2, 1, 0.9, 1.5, 0.8].some((loss) => trigger.observe(loss))).toBe(false);
    expect(trigger.n).toBe(5);
  });

  test("logs every interval-th evaluation alone", () => {
    const trigger = new NonMonotoneTrigger({ n: 0, interval: 2 });
    expect([9, 1, 9, 0.5, 9, 0.7].map((loss) => trigger.observe(loss))).toEqual([
      ...[false, false, false, false, false],
      true,
    ]);
  });

  test("goes on where its state was taken", () => {
    const losses = [5, 4, 4.5, 4.4, 4.3, 4.2];
    for (let cut = 0; cut <= losses.length; cut++) {
      const first = new NonMonotoneTrigger({ n: 3 });
      const found = losses.slice(0, cut).map((loss) => first.observe(loss));
      const second = new NonMonotoneTrigger({ n: 3 });
      second.restore(JSON.parse(JSON.stringify(first.state())));
      found.push(...losses.slice(cut).map((loss) => second.observe(loss)));
      expect(found.indexOf(true)).toBe(5);
      expect(second.triggered).toBe(true);
    }
  });

  test("takes a loss that is not finite for the worst there is, in its state as JSON too", () => {
    const first = new NonMonotoneTrigger({ n: 0 });
    expect([Number.NaN, Number.POSITIVE_INFINITY].map((loss) => first.observe(loss))).toEqual([false, false]);
    const second = new NonMonotoneTrigger({ n: 0 });
    second.restore(JSON.parse(JSON.stringify(first.state())));
    expect([3, 2, Number.NaN].map((loss) => second.observe(loss))).toEqual([false, false, true]);
  });

  test("refuses impossible options", () => {
    expect(() => new NonMonotoneTrigger({ n: -1 })).toThrow("n is -1");
    expect(() => new NonMonotoneTrigger({ interval: 0 })).toThrow("interval is 0");
  });
});
