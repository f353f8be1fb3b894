// Each metric against what it is by definition, in one go and in parts.
import { beforeAll, describe, expect, test } from "vitest";
import { type Device, openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import { accuracy, binaryAccuracy } from "./accuracy.ts";
import { auc } from "./auc.ts";
import { confusion, f1 } from "./confusion.ts";
import { editDistance, editDistanceRate } from "./edit-distance.ts";
import type { Metric } from "./metric.ts";
import { perplexity } from "./perplexity.ts";
import { meanAbsoluteError, rootMeanSquareError } from "./regression.ts";
import { spanF1, spansOf } from "./span-f1.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "reference" });
});

/** What a metric says of these rows, added one by one, and of all at once. */
function both(
  make: () => Metric,
  outputs: readonly number[][],
  targets: readonly number[],
): [number, number] {
  const [whole, parts] = [make(), make()];
  whole.add(tensor(device, outputs.flat(), [outputs.length, outputs[0].length]), ints(device, targets));
  for (const [row, target] of targets.entries()) parts.add([[...outputs[row]]], [target]);
  return [whole.value, parts.value];
}

// Predicted 0, 2, 1, 1, 0, 2; right are 0, 1, 1 (ignored), 1, 2, 2.
const LOGITS = [
  [3, 1, 0],
  [0, 1, 2],
  [0, 9, 0],
  [-1, 5, 2],
  [1, 0, 0],
  [0, 0, 7],
];
const TARGETS = [0, 1, -100, 1, 2, 2];

describe("classes", () => {
  test("accuracy is the share that is right, ignored targets left out", () => {
    expect(both(accuracy, LOGITS, TARGETS)).toEqual([0.6, 0.6]);
    const classes = accuracy();
    classes.add([0, 2, 1], [0, 1, 1]);
    expect(classes.value).toBeCloseTo(2 / 3, 12);
    classes.reset();
    expect(classes.value).toBeNaN();
  });

  test("binary accuracy goes by the sign of a logit", () => {
    const metric = binaryAccuracy();
    metric.add([2, -1, 0.5, -3], [1, 1, 0, 0]);
    expect(metric.value).toBe(0.5);
  });

  test("confusion counts each class that was taken for each", () => {
    const metric = confusion();
    metric.add(LOGITS, TARGETS);
    expect(metric.matrix).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
    ]);
    expect(metric.value).toBe(0.6);
  });

  test("F1 is macro, micro, or of one class", () => {
    // Right, targets and predictions of the classes: 1 1 2; 1 2 1; 1 2 2.
    const each = [2 / 3, 2 / 3, 2 / 4];
    expect(both(f1, LOGITS, TARGETS)[0]).toBeCloseTo((each[0] + each[1] + each[2]) / 3, 12);
    expect(both(() => f1({ average: "micro" }), LOGITS, TARGETS)[1]).toBeCloseTo(0.6, 12);
    expect(both(() => f1({ positive: 2 }), LOGITS, TARGETS)[0]).toBeCloseTo(0.5, 12);
  });

  test("perplexity is exp of the mean cross-entropy", () => {
    const nats = LOGITS.flatMap((row, at) =>
      TARGETS[at] < 0
        ? []
        : [Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[TARGETS[at]]],
    );
    const mean = nats.reduce((sum, each) => sum + each, 0) / nats.length;
    const [whole, parts] = both(perplexity, LOGITS, TARGETS);
    expect(whole).toBeCloseTo(Math.exp(mean), 10);
    expect(parts).toBeCloseTo(Math.exp(mean), 10);
  });

  test("what does not stand beside its targets is refused", () => {
    expect(() => accuracy().add([[1, 2, 3]], [0, 1])).toThrow(
      "accuracy: outputs [1, 3] and targets [2], needed",
    );
    expect(() => auc().add([1, 2], [0])).toThrow("auc: 2 scores and 1 targets");
    expect(() => meanAbsoluteError().add([1], [1, 2])).toThrow("1 outputs and 2 targets, needed as many");
    expect(() => perplexity().add([1, 2, 3], [0, 1])).toThrow("3 logits for 2 targets");
  });
});

test("the area under the curve is how often a positive is above a negative, ties counting half", () => {
  const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4];
  const wanted = [0, 0, 1, 1, 1, 0];
  let [above, pairs] = [0, 0];
  for (const [p, positive] of scores.entries())
    for (const [n, negative] of scores.entries()) {
      if (wanted[p] !== 1 || wanted[n] !== 0) continue;
      pairs += 1;
      above += positive > negative ? 1 : positive === negative ? 0.5 : 0;
    }
  const metric = auc();
  metric.add(scores.slice(0, 2), wanted.slice(0, 2));
  metric.add(scores.slice(2), wanted.slice(2));
  expect(metric.value).toBeCloseTo(above / pairs, 12);
});

test("errors of numbers are in the units of the targets, missing ones left out", () => {
  const [mae, rmse] = [meanAbsoluteError(), rootMeanSquareError()];
  for (const metric of [mae, rmse]) metric.add([1, 5, 2], [2, 2, Number.NaN]);
  expect(mae.value).toBe(2);
  expect(rmse.value).toBeCloseTo(Math.sqrt(5), 12);
});

describe("spans", () => {
  test.each([
    ["B-A I-A O B-B", ["A 0 2", "B 3 4"]],
    ["I-A I-A B-A I-B", ["A 0 2", "A 2 3", "B 3 4"]],
    ["O I-B O", ["B 1 2"]],
    ["S-A B-B E-B I-B", ["A 0 1", "B 1 3", "B 3 4"]],
    ["O O", []],
  ])("in %s", (tags, expected) => {
    const found = spansOf(tags.split(" ")).map(({ type, start, end }) => `${type} ${start} ${end}`);
    expect(found).toEqual(expected);
  });

  test("count when type, beginning and end are right, row by row", () => {
    const tags = ["O", "B-A", "I-A", "B-B"];
    const metric = spanF1(tags);
    // A 0–2 and B 3–4 wanted, A 0–2 and A 3–4 found; the second row ends after two words: A 1–2 wanted and found.
    metric.add(
      [
        [1, 2, 0, 1],
        [0, 1, 3, 3],
      ],
      [
        [1, 2, 0, 3],
        [0, 1, -100, -100],
      ],
    );
    expect([metric.precision, metric.recall]).toEqual([2 / 3, 2 / 3]);
    expect(metric.value).toBeCloseTo(2 / 3, 12);
    expect(() => metric.add([[9]], [[0]])).toThrow("spanF1: tag 9 is not one of the 4");
  });
});

test("edits are counted by symbols, of strings and of words", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance([], ["a", "b"])).toBe(2);
  expect(editDistance("añb", "anb")).toBe(1);
  const words = editDistanceRate();
  words.add([["the", "cat"], []], [["the", "hat", "sat"], ["a"]]);
  expect(words.value).toBe(3 / 4);
});

test("a logit is not taken for a class", () => {
  expect(() => accuracy().add([0.3, -2], [1, 0])).toThrow(
    "accuracy: output 0.3 is not a class, needed whole numbers or logits [..., V]",
  );
  accuracy().add([1, 0], [1, 0]);
});
