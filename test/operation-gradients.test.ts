import { ints, type Tensor, tensor } from "unrolled";
import {
  add,
  columns,
  concat,
  divide,
  exp,
  gatherRows,
  linear,
  log,
  matmul,
  multiply,
  narrow,
  negate,
  reciprocal,
  relu,
  reshape,
  select,
  sigmoid,
  sqrt,
  square,
  stack,
  subtract,
  swapAxes,
  tanh,
} from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";
import { operationCases } from "./operation-cases.ts";

// Two by two axes that are repeated in neither operand, in one, in the other, in both turns; ranks that differ; scalars.
const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5], [5]],
  [
    [3, 5],
    [3, 5],
  ],
  [[3, 5], [5]],
  [[5], [3, 5]],
  [
    [3, 5],
    [3, 1],
  ],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [1, 5],
    [3, 1],
  ],
  [[3, 5], [1]],
  [[1], [2, 3, 5]],
  [
    [2, 3, 5],
    [3, 1],
  ],
  [
    [2, 1, 5],
    [2, 3, 5],
  ],
  [
    [2, 3, 1],
    [1, 1, 5],
  ],
  [
    [2, 1, 3, 1],
    [1, 4, 1, 5],
  ],
  [
    [2, 4, 3, 5],
    [4, 1, 5],
  ],
  [
    [3, 2, 1],
    [3, 1, 1],
  ],
  [[], [3, 2]],
];

/** What broadcasting means, entry by entry. */
function byHand(
  operation: (a: number, b: number) => number,
  a: Tensor,
  b: Tensor,
  shape: readonly number[],
): number[] {
  const place = (operand: Tensor, at: readonly number[]) => {
    const own = at.slice(at.length - operand.shape.length);
    return own.reduce(
      (index, i, axis) => index * operand.shape[axis] + (operand.shape[axis] === 1 ? 0 : i),
      0,
    );
  };
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, flat) => {
    const at: number[] = [];
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      at.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    return operation(numbersOf(a)[place(a, at)], numbersOf(b)[place(b, at)]);
  });
}

describe.each([
  ["add", add, (a: number, b: number) => a + b],
  ["subtract", subtract, (a: number, b: number) => a - b],
  ["multiply", multiply, (a: number, b: number) => a * b],
  ["divide", divide, (a: number, b: number) => a / b],
] as const)("%s", (_, operation, entryByEntry) => {
  test.each(broadcasts)("of %j and %j", (aShape, bShape) => {
    const a = leaf(aShape, 1);
    const b = leaf(bShape, 2, 0.5, 2);
    const y = operation(a, b);
    expect(numbersOf(y)).toEqual(byHand(entryByEntry, a, b, y.shape));
    expect(gradientErrors({ a, b }, () => weighted(operation(a, b)))).toBe("");
  });

  test("of a tensor with itself", () => {
    const a = leaf([3, 5], 3, 0.5, 2);
    expect(gradientErrors({ a }, () => weighted(operation(a, a)))).toBe("");
  });

  test("with one operand that needs no gradient", () => {
    const a = leaf([3, 5], 3, 0.5, 2);
    const constant = tensor(reference, [1, 2, 3], [3, 1]);
    expect(gradientErrors({ a }, () => weighted(operation(a, constant), operation(constant, a)))).toBe("");
    expect(constant.grad).toBeUndefined();
  });

  test("names the shapes that do not fit", () => {
    expect(() => operation(leaf([3, 5], 1), leaf([3], 1))).toThrow(/\[3, 5\] and \[3\] do not fit/);
  });
});

test.each([
  ["exp", exp],
  ["tanh", tanh],
  ["sigmoid", sigmoid],
  ["relu", relu],
  ["log", log],
  ["sqrt", sqrt],
  ["negate", negate],
  ["square", square],
  ["reciprocal", reciprocal],
] as const)("%s", (_, operation) => {
  const positive = leaf([3, 5], 4, 0.3, 3);
  expect(gradientErrors({ positive }, () => weighted(operation(positive)))).toBe("");
  if (operation === log || operation === sqrt) return;
  const x = leaf([3, 5], 5, -3, 3);
  expect(gradientErrors({ x }, () => weighted(operation(x)))).toBe("");
});

test.each(operationCases(reference))("%s", (_, inputs, operation) => {
  // Twice, so that a gradient arrives where one stands already.
  expect(gradientErrors(inputs, () => weighted(operation(), operation()))).toBe("");
});

test("shapes change where entries stand, and nothing else", () => {
  const m = tensor(reference, [1, 2, 3, 4, 5, 6], [2, 3]);
  expect(numbersOf(swapAxes(m))).toEqual([1, 4, 2, 5, 3, 6]);
  expect(numbersOf(columns(m, 1, 3))).toEqual([2, 3, 5, 6]);
  expect(numbersOf(narrow(m, 1, 2))).toEqual([4, 5, 6]);
  expect(numbersOf(concat([m, columns(m, 0, 1)]))).toEqual([1, 2, 3, 1, 4, 5, 6, 4]);
  expect(numbersOf(concat([m, narrow(m, 0, 1)], 0))).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3]);
  expect(stack([m, m]).shape).toEqual([2, 2, 3]);
  expect(select(m, 0).shape).toEqual([3]);
  expect(numbersOf(matmul(m, swapAxes(m)))).toEqual([14, 32, 32, 77]);
});

test("wrong arguments are named", () => {
  const m = leaf([2, 3], 1);
  expect(() => linear(m, leaf([4, 5], 1))).toThrow(
    "linear: input [2, 3] does not end in 5, the columns of weight [4, 5]",
  );
  expect(() => matmul(m, m)).toThrow("matmul: [2, 3] · [2, 3]");
  expect(() => concat([m, leaf([3, 3], 1)])).toThrow("concat: [3, 3] does not fit [2, 3] along axis 1");
  expect(() => concat([m], 2)).toThrow("concat: axis 2 is not one of [2, 3]");
  expect(() => concat([])).toThrow("concat: needs at least one tensor");
  expect(() => reshape(m, [4, -1])).toThrow("reshape: [2, 3] has 6 entries");
  expect(() => narrow(m, 1, 1)).toThrow("narrow: 1 to 1 is not a part");
  expect(() => columns(m, 2, 4)).toThrow("columns: 2 to 4 is not a part");
  expect(() => gatherRows(m, m)).toThrow("embedding: needs a table [V, E] and integer ids");
  expect(() => add(m, ints(reference, [1], [1]))).toThrow("given whole numbers of shape [1]");
  expect(() => tensor(reference, [1, 2], [3])).toThrow("shape [3] needs 3 numbers, got 2");
  expect(() => tensor(reference, [], [0])).toThrow("must be made of positive whole numbers");
});

test("a gradient that is wrong is named by its entry", () => {
  const wrong = leaf([4], 1);
  // A loss whose gradient is cut at one entry, so that backward() cannot see it.
  const loss = () => {
    const constant = tensor(reference, [0, 0, numbersOf(wrong)[2], 0], [4]);
    return weighted(add(wrong, constant));
  };
  const [line, ...more] = gradientErrors({ wrong }, loss).split("\n");
  expect(line).toMatch(/^wrong\[2\]: analytic -?0\.\d+, numeric -?[01]\.\d+$/);
  expect(more).toEqual([]);
});
