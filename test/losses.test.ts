// Losses beside PyTorch's, and what they count: lengths, masks, weights, reductions.
import { binaryCrossEntropy, crossEntropy, ints, meanSquare, type Tensor, tensor } from "unrolled";
import { cosineDistance, hinge, huber, klDivergence, type LossOptions, meanAbsolute } from "unrolled/nn";
import { logSoftmax } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { targetsOf } from "../src/losses/reduce-losses.ts";
import { gradientErrors, leaf, numbersOf, reference } from "./gradients.ts";
import { devices, type Entries, type Fixture, fixtures, passErrors, place, placeAll } from "./pytorch.ts";

type LossFixture = Fixture & { readonly targets: Entries };

const ofTwo = { meanSquare, meanAbsolute, huber, cosineDistance } as const;

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(fixtures<LossFixture>("regression-losses"))("$name", (fixture) => {
    const inputs = placeAll(device, fixture.inputs);
    const { kind, options } = fixture;
    const loss =
      kind === "klDivergence"
        ? klDivergence(logSoftmax(inputs.logits), place(device, fixture.targets), options)
        : ofTwo[kind as keyof typeof ofTwo](inputs.prediction, inputs.target, options);
    expect(passErrors(fixture, { loss }, inputs, tolerance)).toBe("");
  });

  test.each(fixtures<LossFixture>("weighted-losses"))("$name", (fixture) => {
    const inputs = placeAll(device, fixture.inputs);
    const { kind, options, targets } = fixture;
    const loss =
      kind === "crossEntropy"
        ? crossEntropy(inputs.logits, ints(device, targets.data), options)
        : binaryCrossEntropy(inputs.logits, place(device, targets), options);
    expect(passErrors(fixture, { loss }, inputs, tolerance)).toBe("");
  });
});

/** Every loss over [T, B, …], with a loss for each of [T, B] or of [T, B, V]. */
const [steps, batch, width] = [3, 2, 4];
const x = leaf([steps, batch, width], 1, -2, 2);
const y = tensor(reference, numbersOf(leaf([steps, batch, width], 2)), [steps, batch, width]);
const ids = ints(reference, [0, 3, 1, -100, 2, 0], [steps, batch]);
const shares = tensor(reference, new Array(24).fill(0.25), [steps, batch, width]);

const losses: readonly (readonly [string, (options?: LossOptions) => Tensor])[] = [
  ["crossEntropy", (options) => crossEntropy(x, ids, options)],
  [
    "crossEntropy with class weights",
    (options) => crossEntropy(x, ids, { ...options, classWeights: [1, 2, 3, 4] }),
  ],
  ["binaryCrossEntropy", (options) => binaryCrossEntropy(x, shares, options)],
  [
    "binaryCrossEntropy with weights",
    (options) => binaryCrossEntropy(x, shares, { ...options, positiveWeights: 3 }),
  ],
  ["meanSquare", (options) => meanSquare(x, y, options)],
  ["meanAbsolute", (options) => meanAbsolute(x, y, options)],
  ["huber", (options) => huber(x, y, options)],
  ["cosineDistance", (options) => cosineDistance(x, y, options)],
  ["klDivergence", (options) => klDivergence(logSoftmax(x), shares, options)],
  ["hinge", (options) => hinge(x, y, options)],
];

describe.each(losses)("%s", (name, loss) => {
  const each = numbersOf(loss({ reduction: "none" }));
  const inner = each.length / (steps * batch);
  /** What each entry counts, by step, sequence and, where there are entries for it, class. */
  const own = (index: number) =>
    name.startsWith("crossEntropy")
      ? [1, 4, 2, 0, 3, 1][index] ** (name.endsWith("class weights") ? 1 : 0) * (index === 3 ? 0 : 1)
      : 1;
  const mean = (weightOf: (index: number, t: number, b: number) => number) => {
    let [sum, total] = [0, 0];
    each.forEach((entry, index) => {
      const row = Math.floor(index / inner);
      const weight = weightOf(index, Math.floor(row / batch), row % batch);
      if (weight !== 0) sum += weight * entry;
      total += weight * own(index);
    });
    return [sum, total];
  };
  const shape = inner === 1 ? [steps, batch] : [steps, batch, inner];

  test("counts the steps that its lengths say", () => {
    const lengths = [3, 1];
    const [sum, total] = mean((_, t, b) => (t < lengths[b] ? 1 : 0));
    expect(numbersOf(loss({ lengths }))[0]).toBeCloseTo(sum / total, 10);
    expect(numbersOf(loss({ lengths, reduction: "sum" }))[0]).toBeCloseTo(sum, 10);
    expect(targetsOf(loss({ lengths }))).toBeCloseTo(total, 10);
    expect(loss({ lengths, reduction: "none" }).shape).toEqual(shape);
    expect(gradientErrors({ x }, () => loss({ lengths }))).toBe("");
  });

  test("counts what a mask leaves, of numbers and of whole ones", () => {
    const numbers = [1, 0, 0, 1, 1, 0];
    const [sum, total] = mean((_, t, b) => numbers[t * batch + b]);
    const maskShape = inner === 1 ? [steps, batch] : [steps, batch, 1];
    for (const mask of [tensor(reference, numbers, maskShape), ints(reference, numbers, maskShape)])
      expect(numbersOf(loss({ mask }))[0]).toBeCloseTo(sum / total, 10);
  });

  test("weighs", () => {
    const weight = tensor(reference, [[0.5], [2]], inner === 1 ? undefined : [2, 1]);
    const given = inner === 1 ? tensor(reference, [0.5, 2]) : weight;
    const [sum, total] = mean((_, __, b) => [0.5, 2][b]);
    expect(numbersOf(loss({ weight: given }))[0]).toBeCloseTo(sum / total, 10);
    expect(numbersOf(loss({ weight: given, reduction: "sum" }))[0]).toBeCloseTo(sum, 10);
    expect(gradientErrors({ x }, () => loss({ weight: given }))).toBe("");
  });

  test("refuses what does not fit", () => {
    expect(() => loss({ lengths: [4, 1] })).toThrow(
      /lengths must be 2 whole numbers from 1 to 3, got \[4, 1\]/,
    );
    expect(() => loss({ mask: tensor(reference, new Array(30).fill(1), [5, 1, 1, 1, 6]) })).toThrow(
      /do not fit|must fit/,
    );
    expect(() => loss({ reduction: "average" as "mean" })).toThrow(
      /reduction is average, needed mean, sum or none/,
    );
  });
});

test("sequences can come first, and what is left out may be anything", () => {
  const prediction = tensor(reference, [1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6], [2, 3], {
    requiresGrad: true,
  });
  const target = tensor(reference, [0, 0, 0, 0, 0, 0], [2, 3]);
  const loss = meanSquare(prediction, target, { lengths: [2, 1], batchFirst: true });
  expect(numbersOf(loss)[0]).toBe((1 + 4 + 16) / 3);
  loss.backward();
  expect(numbersOf(prediction.grad!)[5]).toBe(0);
  expect(() => meanSquare(tensor(reference, [1]), tensor(reference, [1]), { lengths: [1] })).toThrow(
    "have no steps",
  );
});

test("whole targets behind a sequence's end are left out by lengths, and else refused", () => {
  const logits = leaf([3, 2], 3);
  const targets = ints(reference, [1, 0, 1, -100, 0, -100], [3, 2]);
  expect(() => binaryCrossEntropy(logits, targets)).toThrow("a whole target is -100");
  const some = numbersOf(binaryCrossEntropy(logits, targets, { lengths: [3, 1] }))[0];
  expect(Number.isFinite(some)).toBe(true);
});

test("a hinge by hand", () => {
  const scores = tensor(reference, [2, 0.5, -1, 0.25]);
  expect(numbersOf(hinge(scores, ints(reference, [1, 1, 1, -1]), { reduction: "none" }))).toEqual([
    0, 0.5, 2, 1.25,
  ]);
  expect(numbersOf(hinge(scores, ints(reference, [1, 1, 1, -1]), { margin: 0.5 }))[0]).toBe(
    (0 + 0 + 1.5 + 0.75) / 4,
  );
  expect(() => huber(scores, scores, { delta: 0 })).toThrow("huber: delta is 0");
});
