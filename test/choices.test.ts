// Numbers as operands, powers, bounds, comparisons and choices: numbers by hand, gradients by central differences.
import { ints, tensor } from "unrolled";
import {
  abs,
  add,
  clamp,
  divide,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  not,
  notEqual,
  pow,
  subtract,
  sum,
  where,
} from "unrolled/tensor";
import { expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

test("a number can stand for either operand", () => {
  const x = leaf([2, 3], 1, 0.5, 2);
  const entries = numbersOf(x);
  expect(numbersOf(add(x, 2))).toEqual(entries.map((entry) => entry + 2));
  expect(numbersOf(subtract(1, x))).toEqual(entries.map((entry) => 1 - entry));
  expect(numbersOf(multiply(3, x))).toEqual(entries.map((entry) => 3 * entry));
  expect(numbersOf(divide(1, x))).toEqual(entries.map((entry) => 1 / entry));
  expect(numbersOf(pow(x, 2.5))).toEqual(entries.map((entry) => entry ** 2.5));
  expect(add(x, 2).shape).toEqual([2, 3]);
  expect(
    gradientErrors({ x }, () =>
      weighted(add(x, 2), subtract(1, x), multiply(3, x), divide(1, x), pow(x, 2.5), pow(2, x)),
    ),
  ).toBe("");
  expect(() => add(1, 2)).toThrow("add: needs a tensor, got two numbers");
  expect(() => add(x, "2" as unknown as number)).toThrow("given string, needed a tensor");
});

test("powers, of both operands and at zero", () => {
  const a = leaf([3, 1], 1, 0.5, 2);
  const b = leaf([1, 4], 2, -2, 2);
  expect(gradientErrors({ a, b }, () => weighted(pow(a, b)))).toBe("");
  const zero = tensor(reference, [0, 0], [2], { requiresGrad: true });
  sum(pow(zero, tensor(reference, [2, 0]))).backward();
  expect(numbersOf(zero.grad!)).toEqual([0, 0]);
  expect(numbersOf(pow(tensor(reference, [-2, -2, -8]), tensor(reference, [3, 0.5, 2])))).toEqual([
    -8,
    nan,
    64,
  ]);
});

test("the larger, the smaller, and what is between bounds", () => {
  const a = tensor(reference, [1, 2, 3, nan], [4], { requiresGrad: true });
  const b = tensor(reference, [2, 2, 2, 2], [4], { requiresGrad: true });
  expect(numbersOf(maximum(a, b))).toEqual([2, 2, 3, nan]);
  expect(numbersOf(minimum(a, b))).toEqual([1, 2, 2, nan]);
  sum(maximum(a, b)).backward();
  expect([a, b].map((each) => numbersOf(each.grad!).slice(0, 3))).toEqual([
    [0, 1, 1],
    [1, 0, 0],
  ]);
  const [x, y] = [leaf([3, 5], 1), leaf([5], 2)];
  expect(gradientErrors({ x, y }, () => weighted(maximum(x, y), minimum(x, y), abs(x)))).toBe("");
  expect(gradientErrors({ x }, () => weighted(clamp(x, { low: -0.3, high: 0.4 })))).toBe("");
  const z = tensor(reference, [-2, -1, 0, 1, 2], [5], { requiresGrad: true });
  const bounded = clamp(z, { low: -1, high: 1 });
  expect(numbersOf(bounded)).toEqual([-1, -1, 0, 1, 1]);
  sum(bounded).backward();
  expect(numbersOf(z.grad!)).toEqual([0, 1, 1, 1, 0]);
  expect(numbersOf(clamp(z, { high: 0 }))).toEqual([-2, -1, 0, 0, 0]);
  expect(() => clamp(z, { low: "0" as unknown as number })).toThrow(
    "clamp: low is a string, needed a number",
  );
});

test("comparisons give masks, of whole numbers too", () => {
  const a = tensor(reference, [1, 2, 3, nan]);
  expect(numbersOf(greater(a, 2))).toEqual([0, 0, 1, 0]);
  expect(numbersOf(greaterEqual(a, 2))).toEqual([0, 1, 1, 0]);
  expect(numbersOf(less(a, 2))).toEqual([1, 0, 0, 0]);
  expect(numbersOf(lessEqual(2, a))).toEqual([0, 1, 1, 0]);
  expect(numbersOf(equal(a, 2))).toEqual([0, 1, 0, 0]);
  expect(numbersOf(notEqual(a, 2))).toEqual([1, 0, 1, 1]);
  expect(numbersOf(not(tensor(reference, [0, 1, -2])))).toEqual([1, 0, 0]);
  const ids = ints(reference, [0, 4, 4, 1], [2, 2]);
  const mask = notEqual(ids, ints(reference, [4, 4]));
  expect([mask.kind, mask.shape, numbersOf(mask)]).toEqual(["float", [2, 2], [1, 0, 0, 1]]);
  expect(greater(leaf([2], 1), 0).requiresGrad).toBe(false);
});

test("where chooses, and what is not chosen may be anything", () => {
  const a = tensor(reference, [1, nan, 3], [3], { requiresGrad: true });
  const b = tensor(reference, [[infinity], [5]], [2, 1], { requiresGrad: true });
  const y = where(
    tensor(
      reference,
      [
        [1, 0, 1],
        [1, 0, 2],
      ],
      [2, 3],
    ),
    a,
    b,
  );
  expect(numbersOf(y)).toEqual([1, infinity, 3, 1, 5, 3]);
  sum(y).backward();
  expect(numbersOf(a.grad!)).toEqual([2, 0, 2]);
  expect(numbersOf(b.grad!)).toEqual([1, 1]);
  expect(numbersOf(where(ints(reference, [0, 1]), 3, 4))).toEqual([4, 3]);
  const [x, z] = [leaf([2, 3], 1), leaf([3], 2)];
  expect(gradientErrors({ x, z }, () => weighted(where(greater(x, 0), multiply(x, 2), z)))).toBe("");
  expect(() => where(tensor(reference, [1, 0]), leaf([3], 1), 0)).toThrow(
    "where: shapes [3] and [2] do not fit",
  );
});
