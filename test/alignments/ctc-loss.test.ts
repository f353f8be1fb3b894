import { ints, openDevice, tensor } from "unrolled";
import { ctcLoss } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, randomNumbers, reference, weighted } from "../gradients.ts";
import { ctcByHand } from "./alignment-sums.ts";

const [T, B, V] = [5, 4, 3];
const targets = [[0, 1], [1, 1], [], [0]];
const inputLengths = [5, 4, 3, 1];
const blank = 2;

/** The rows of sequence b. */
function rowsOf(logits: ReturnType<typeof leaf>, b: number): number[][] {
  const numbers = numbersOf(logits);
  return Array.from({ length: inputLengths[b] }, (_, t) =>
    numbers.slice((t * B + b) * V, (t * B + b + 1) * V),
  );
}

describe.each([1, 60])("logits up to ±%d", (size) => {
  const logits = leaf([T, B, V], 1, -size, size);
  const expected = targets.map((target, b) => ctcByHand(rowsOf(logits, b), target, blank));

  test("a loss sums over all alignments", () => {
    const losses = numbersOf(ctcLoss(logits, targets, { inputLengths, blank, reduction: "none" }));
    for (const [b, loss] of losses.entries()) expect(loss, `${b}`).toBeCloseTo(expected[b], 9);
  });

  test("reductions are PyTorch's: the mean is of losses divided by the lengths of their targets", () => {
    const of = (reduction: "mean" | "sum") =>
      numbersOf(ctcLoss(logits, targets, { inputLengths, blank, reduction }))[0];
    expect(of("sum")).toBeCloseTo(
      expected.reduce((sum, each) => sum + each),
      8,
    );
    const shares = expected.map((loss, b) => loss / Math.max(1, targets[b].length));
    expect(of("mean")).toBeCloseTo(shares.reduce((sum, each) => sum + each) / B, 8);
  });

  test("gradients are central differences", () => {
    const loss = () => weighted(ctcLoss(logits, targets, { inputLengths, blank, reduction: "none" }));
    expect(gradientErrors({ logits }, loss)).toBe("");
  });
});

test("targets may be whole numbers with lengths, and what stands behind the lengths counts for nothing", () => {
  const logits = leaf([T, B, V], 2);
  const rows = ints(reference, [0, 1, 1, 1, -1, 9, 0, 2], [B, 2]);
  const targetLengths = targets.map(({ length }) => length);
  const [one, other] = [
    ctcLoss(logits, targets, { inputLengths, blank, reduction: "none" }),
    ctcLoss(logits, rows, { inputLengths, targetLengths, blank, reduction: "none" }),
  ].map(numbersOf);
  expect(other).toEqual(one);
});

test("an impossible alignment is infinite, or nothing, and a sequence beside it is as ever", () => {
  const logits = leaf([2, 2, V], 3);
  const both = { blank: 0, reduction: "none" } as const;
  const [first, second] = numbersOf(ctcLoss(logits, [[1, 1], [1]], both));
  expect(first).toBe(Number.POSITIVE_INFINITY);
  expect(second).toBeCloseTo(numbersOf(ctcLoss(logits, [[], [1]], both))[1], 12);
  const zeroed = ctcLoss(logits, [[1, 1], [1]], { ...both, zeroInfinity: true });
  expect(numbersOf(zeroed)[0]).toBe(0);
  expect(
    gradientErrors({ logits }, () =>
      weighted(ctcLoss(logits, [[1, 1], [1]], { ...both, zeroInfinity: true })),
    ),
  ).toBe("");
  expect(numbersOf(logits.grad!).filter((_, i) => i % (2 * V) < V)).toEqual(new Array(2 * V).fill(0));
  const masked = tensor(reference, [0, Number.NEGATIVE_INFINITY, 0], [1, 1, 3]);
  expect(numbersOf(ctcLoss(masked, [[1]]))).toEqual([Number.POSITIVE_INFINITY]);
  expect(numbersOf(ctcLoss(logits, [[], [1]], { ...both, inputLengths: [0, 0] }))).toEqual([
    0,
    Number.POSITIVE_INFINITY,
  ]);
});

test("float32 stays near float64 over a thousand steps", async () => {
  const device = await openDevice();
  const [steps, classes, labels] = [1000, 30, 100];
  const target = Array.from({ length: labels }, (_, u) => 1 + (u % (classes - 1)));
  const of = (on: typeof device) => {
    const logits = tensor(on, randomNumbers(steps * classes, 5, -3, 3), [steps, 1, classes], {
      requiresGrad: true,
    });
    const loss = ctcLoss(logits, [target], { reduction: "sum" });
    loss.backward();
    return [numbersOf(loss)[0], ...numbersOf(logits.grad!)];
  };
  const [exact, rounded] = [of(reference), of(device)];
  expect(Math.abs(rounded[0] / exact[0] - 1)).toBeLessThan(1e-6);
  const worst = exact.slice(1).reduce((most, each, i) => Math.max(most, Math.abs(each - rounded[i + 1])), 0);
  expect(worst).toBeLessThan(1e-4);
});

test("what does not fit is refused by name", () => {
  const logits = leaf([T, B, V], 4);
  const call =
    (given: unknown, options: object = {}) =>
    () =>
      ctcLoss(logits, given as number[][], options);
  expect(call([[0], [1]])).toThrow(/ctcLoss: targets are 2 entries, needed 4 lists/);
  expect(call([[1], [1], [0], [1]])).toThrow(/label 0 of target 2, 0, is the blank/);
  expect(call([[1], [1], [3], [1]])).toThrow(/label 0 of target 2, 3, is not one of the 3 classes/);
  expect(call(targets, { blank: 3 })).toThrow(/blank/);
  expect(call(targets, { blank, inputLengths: [6, 1, 1, 1] })).toThrow(
    /inputLengths must be 4 whole numbers from 0 to 5/,
  );
  expect(call(targets, { blank, targetLengths: [1, 1, 1, 1] })).toThrow(
    /target 2 has 0 labels, and targetLengths says 1/,
  );
  expect(call(targets, { blank, reduction: "most" })).toThrow(/reduction/);
  expect(() => ctcLoss(leaf([2, 3], 1), [])).toThrow(/needed \[T, B, V\]/);
});
