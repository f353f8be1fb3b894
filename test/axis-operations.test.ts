// Reductions along axes, parts and orders of axes, choices: numbers by hand, gradients by central differences.
import { ints, type Tensor, tensor } from "unrolled";
import {
  argmax,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  norm,
  type SliceRange,
  slice,
  softmax,
  sum,
  transpose,
} from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/tensor/tensor.ts";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** The entries along some axes, group by group in the order of the others, worked out entry by entry. */
function groups(x: Tensor, axes: readonly number[]): number[][] {
  const found = new Map<string, number[]>();
  numbersOf(x).forEach((entry, flat) => {
    let rest = flat;
    const at = x.shape.map((_, axis) => {
      const step = sizeOf(x.shape.slice(axis + 1));
      const index = Math.floor(rest / step);
      rest %= step;
      return axes.includes(axis) ? 0 : index;
    });
    found.set(at.join(), [...(found.get(at.join()) ?? []), entry]);
  });
  return [...found.values()];
}

const total = (entries: readonly number[]) => entries.reduce((left, right) => left + right, 0);

const reductions = [
  ["sum", sum, total],
  ["mean", mean, (entries: readonly number[]) => total(entries) / entries.length],
  ["max", max, (entries: readonly number[]) => Math.max(...entries)],
  ["min", min, (entries: readonly number[]) => Math.min(...entries)],
  ["logSumExp", logSumExp, (entries: readonly number[]) => Math.log(total(entries.map(Math.exp)))],
  ["norm", norm, (entries: readonly number[]) => Math.hypot(...entries)],
] as const;

const axes = [
  [0, [0], [3, 4, 5]],
  [1, [1], [2, 4, 5]],
  [-2, [2], [2, 3, 5]],
  [3, [3], [2, 3, 4]],
  [
    [0, 2],
    [0, 2],
    [3, 5],
  ],
  [
    [-1, 1],
    [1, 3],
    [2, 4],
  ],
  [[3, 2, 1, 0], [0, 1, 2, 3], [1]],
  [undefined, [0, 1, 2, 3], [1]],
] as const;

describe.each(reductions)("%s", (_, reduce, byHand) => {
  test.each(axes)("along %j", (axis, gone, left) => {
    const x = leaf([2, 3, 4, 5], 6, -2, 2);
    const y = reduce(x, { axis });
    expect(y.shape).toEqual(left);
    const expected = groups(x, gone).map(byHand);
    numbersOf(y).forEach((entry, index) => {
      expect(entry).toBeCloseTo(expected[index], 12);
    });
    const kept = reduce(x, { axis, keepDims: true });
    expect(kept.shape).toEqual(
      x.shape.map((length, index) => ((gone as readonly number[]).includes(index) ? 1 : length)),
    );
    expect(numbersOf(kept)).toEqual(numbersOf(y));
    expect(gradientErrors({ x }, () => weighted(reduce(x, { axis }), reduce(x, { axis })))).toBe("");
  });

  test("of a vector and of one number", () => {
    for (const x of [leaf([5], 3), leaf([], 3)]) {
      expect(reduce(x).shape).toEqual([1]);
      expect(numbersOf(reduce(x))[0]).toBeCloseTo(byHand(numbersOf(x)), 12);
    }
    expect(reduce(leaf([5], 3), { axis: 0 }).shape).toEqual([1]);
    expect(reduce(leaf([5], 3), { axis: 0, keepDims: true }).shape).toEqual([1]);
  });

  test("names the axis that is not there", () => {
    expect(() => reduce(leaf([2, 3], 1), { axis: 2 })).toThrow(/axis 2 is not one of \[2, 3\]/);
    expect(() => reduce(leaf([2, 3], 1), { axis: [1, -1] })).toThrow(
      /axis is \[1, -1\], needed one axis or several/,
    );
    expect(() => reduce(ints(reference, [1, 2]), { axis: 0 })).toThrow("given whole numbers of shape [2]");
  });
});

test("the norm has other orders, and a gradient of zero where it is zero", () => {
  const x = leaf([2, 3], 2);
  const entries = numbersOf(x).map(Math.abs);
  expect(numbersOf(norm(x, { order: 1 }))[0]).toBeCloseTo(total(entries), 12);
  expect(numbersOf(norm(x, { order: 3 }))[0]).toBeCloseTo(
    total(entries.map((entry) => entry ** 3)) ** (1 / 3),
    12,
  );
  expect(numbersOf(norm(x, { order: infinity }))).toEqual([Math.max(...entries)]);
  for (const order of [1, 1.5, 2, 3, infinity])
    expect(gradientErrors({ x }, () => weighted(norm(x, { order, axis: 0 })))).toBe("");
  for (const order of [2, 3]) {
    const zero = tensor(reference, [0, 0, 3, 4], [2, 2], { requiresGrad: true });
    sum(norm(zero, { axis: 1, order })).backward();
    expect(numbersOf(norm(zero, { axis: 1, order }))[0]).toBe(0);
    expect(numbersOf(zero.grad!).slice(0, 2)).toEqual([0, 0]);
  }
  expect(() => norm(x, { order: 0 })).toThrow("norm: order is 0, needed above 0");
});

test("what is largest is NaN where an entry is, and the first of several gets the gradient", () => {
  const x = tensor(reference, [1, nan, 3, 5, 5, -5], [2, 3], { requiresGrad: true });
  expect(numbersOf(max(x, { axis: 1 }))).toEqual([nan, 5]);
  expect(numbersOf(min(x, { axis: 1 }))).toEqual([nan, -5]);
  sum(max(x, { axis: 1 })).backward();
  expect(numbersOf(x.grad!)).toEqual([0, 1, 0, 1, 0, 0]);
});

test("argmax along an axis, of whole numbers too", () => {
  const numbers = [3, 9, 4, 7, 2, 8];
  for (const x of [tensor(reference, numbers, [2, 3]), ints(reference, numbers, [2, 3])]) {
    expect(numbersOf(argmax(x, { axis: 0 }))).toEqual([1, 0, 1]);
    expect(argmax(x, { axis: 0, keepDims: true }).shape).toEqual([1, 3]);
    expect(argmax(x, { keepDims: true }).shape).toEqual([2, 1]);
    expect(numbersOf(argmax(x))).toEqual([1, 2]);
    expect(argmax(x).kind).toBe("int");
  }
});

test("logSumExp of −∞ and ∞", () => {
  const x = tensor(reference, [-infinity, -infinity, 0, infinity, 1000, 1000], [3, 2], {
    requiresGrad: true,
  });
  const y = logSumExp(x, { axis: 1 });
  expect(numbersOf(y)).toEqual([-infinity, infinity, 1000 + Math.LN2]);
  sum(y).backward();
  const gradient = numbersOf(x.grad!);
  expect(gradient.slice(0, 4)).toEqual([0, 0, 0, 0]);
  for (const entry of gradient.slice(4)) expect(entry).toBeCloseTo(0.5, 12);
});

test("softmax along an axis", () => {
  const x = leaf([2, 3, 4], 3, -3, 3);
  for (const axis of [0, 1, 2, -2]) {
    const shares = softmax(x, { axis });
    expect(shares.shape).toEqual([2, 3, 4]);
    for (const share of numbersOf(sum(shares, { axis }))) expect(share).toBeCloseTo(1, 12);
    numbersOf(logSoftmax(x, { axis })).forEach((entry, index) => {
      expect(Math.exp(entry)).toBeCloseTo(numbersOf(shares)[index], 12);
    });
    expect(gradientErrors({ x }, () => weighted(softmax(x, { axis }), logSoftmax(x, { axis })))).toBe("");
  }
  expect(numbersOf(softmax(x, { axis: 0 }))[0]).toBeCloseTo(
    1 / (1 + Math.exp(numbersOf(x)[12] - numbersOf(x)[0])),
    12,
  );
  expect(() => softmax(x, { axis: 3 })).toThrow("softmax: axis 3 is not one of [2, 3, 4]");
  expect(() => softmax(x, { axis: 0, lengths: [1, 2] })).toThrow("lengths are those of the last axis");
});

test.each<[readonly SliceRange[], readonly number[], readonly number[]]>([
  [[], [2, 3, 4], Array.from({ length: 24 }, (_, index) => index)],
  [[1], [3, 4], Array.from({ length: 12 }, (_, index) => 12 + index)],
  [
    [null, -1],
    [2, 4],
    [8, 9, 10, 11, 20, 21, 22, 23],
  ],
  [
    [0, { start: 1 }, { step: 2 }],
    [2, 2],
    [4, 6, 8, 10],
  ],
  [
    [null, { end: 1 }, { start: -2 }],
    [2, 1, 2],
    [2, 3, 14, 15],
  ],
  [[0, 0, { step: -1 }], [4], [3, 2, 1, 0]],
  [
    [{ step: -1 }, { start: -1, end: 0, step: -1 }, 0],
    [2, 2],
    [20, 16, 8, 4],
  ],
  [[1, 2, 3], [], [23]],
])("slice by %j", (ranges, shape, numbers) => {
  const entries = Array.from({ length: 24 }, (_, index) => index);
  const x = tensor(reference, entries, [2, 3, 4], { requiresGrad: true });
  const part = slice(x, ranges);
  expect(part.shape).toEqual(shape);
  expect(numbersOf(part)).toEqual(numbers);
  const whole = slice(ints(reference, entries, [2, 3, 4]), ranges);
  expect(whole.kind).toBe("int");
  expect(numbersOf(whole)).toEqual(numbers);
  expect(gradientErrors({ x }, () => weighted(slice(x, ranges), slice(x, ranges)))).toBe("");
});

test.each<[readonly SliceRange[], string]>([
  [[null, null, null, null], "slice: 4 ranges are more than the axes of [2, 3, 4]"],
  [[2], "slice: 2 is no entry of axis 0 of [2, 3, 4]"],
  [[null, { start: 2, end: 2 }], "slice: 2 to 2 in steps of 1 is no part of axis 1"],
  [[null, { end: 4 }], "slice: the start to 4 in steps of 1 is no part of axis 1"],
  [[null, { step: 0 }], "slice: step 0 is no step along the entries of axis 1"],
  [[null, { start: 0, end: 2, step: -1 }], "slice: 0 to 2 in steps of -1 is no part of axis 1"],
  [[0.5], "slice: 0.5 is no entry of axis 0"],
])("no slice by %j", (ranges, message) => {
  expect(() => slice(leaf([2, 3, 4], 1), ranges)).toThrow(message);
});

test.each([
  [undefined, [4, 3, 2]],
  [
    [0, 1, 2],
    [2, 3, 4],
  ],
  [
    [1, 0, 2],
    [3, 2, 4],
  ],
  [
    [2, 0, 1],
    [4, 2, 3],
  ],
  [
    [0, -1, 1],
    [2, 4, 3],
  ],
] as const)("transpose by %j", (order, shape) => {
  const x = leaf([2, 3, 4], 5);
  const y = transpose(x, order);
  expect(y.shape).toEqual(shape);
  const axes = (order ?? [2, 1, 0]).map((axis) => (axis < 0 ? axis + 3 : axis));
  const steps = axes.map((axis) => [12, 4, 1][axis]);
  const expected: number[] = [];
  for (let i = 0; i < shape[0]; i++)
    for (let j = 0; j < shape[1]; j++)
      for (let k = 0; k < shape[2]; k++)
        expected.push(numbersOf(x)[i * steps[0] + j * steps[1] + k * steps[2]]);
  expect(numbersOf(y)).toEqual(expected);
  expect(gradientErrors({ x }, () => weighted(transpose(x, order), transpose(x, order)))).toBe("");
});

test("transpose names an order that is none, and moves axes of length 1 and whole numbers", () => {
  expect(() => transpose(leaf([2, 3], 1), [0, 0])).toThrow(
    "transpose: order is [0, 0], needed each axis of [2, 3] once",
  );
  expect(transpose(leaf([2, 1, 3], 1), [1, 0, 2]).shape).toEqual([1, 2, 3]);
  expect(numbersOf(transpose(ints(reference, [1, 2, 3, 4, 5, 6], [2, 3])))).toEqual([1, 4, 2, 5, 3, 6]);
});
