import { openDevice, tensor } from "unrolled";
import { transducerJointLoss, transducerLoss } from "unrolled/nn";
import { add, reshape, tanh } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { linear } from "../../src/tensor/operations/products.ts";
import { gradientErrors, leaf, numbersOf, randomNumbers, reference, weighted } from "../gradients.ts";
import { transducerByHand } from "./alignment-sums.ts";

const [B, T, U, V] = [4, 4, 2, 3];
const targets = [[0, 1], [1, 1], [], [0]];
const inputLengths = [4, 3, 3, 1];
const blank = 2;

describe.each([1, 40])("logits up to ±%d", (size) => {
  const logits = leaf([B, T, U + 1, V], 1, -size, size);

  test("a loss sums over all alignments", () => {
    const numbers = numbersOf(logits);
    const losses = numbersOf(transducerLoss(logits, targets, { inputLengths, blank, reduction: "none" }));
    for (const [b, target] of targets.entries()) {
      const at = (t: number, u: number) => ((b * T + t) * (U + 1) + u) * V;
      const own = Array.from({ length: inputLengths[b] }, (_, t) =>
        Array.from({ length: U + 1 }, (_, u) => numbers.slice(at(t, u), at(t, u) + V)),
      );
      expect(losses[b], `${b}`).toBeCloseTo(transducerByHand(own, target, blank), 9);
    }
    const [mean, sum] = (["mean", "sum"] as const).map(
      (reduction) => numbersOf(transducerLoss(logits, targets, { inputLengths, blank, reduction }))[0],
    );
    expect(sum).toBeCloseTo(
      losses.reduce((total, each) => total + each),
      8,
    );
    expect(mean).toBeCloseTo(sum / B, 9);
  });

  test("gradients are central differences", () => {
    const loss = () => weighted(transducerLoss(logits, targets, { inputLengths, blank, reduction: "none" }));
    expect(gradientErrors({ logits }, loss)).toBe("");
  });
});

describe.each(["additive", "tanh"])("joined, %s", (kind) => {
  const H = kind === "additive" ? V : 5;
  // Rows of more steps than are joined at a time.
  const [many, most] = [400, 3];
  const weight = leaf([V, H], 3);
  const bias = leaf([V], 4);
  const joint = kind === "additive" ? ("additive" as const) : { weight, bias };
  const plain = (encoded: ReturnType<typeof leaf>, predicted: ReturnType<typeof leaf>) => {
    const [batch, steps] = encoded.shape;
    const places = predicted.shape[1];
    const sums = add(reshape(encoded, [batch, steps, 1, H]), reshape(predicted, [batch, 1, places, H]));
    return kind === "additive" ? sums : linear(tanh(sums), weight, bias);
  };

  test("the loss and its gradients are those of the plain form", () => {
    const [encoded, predicted] = [leaf([2, many, H], 1), leaf([2, most + 1, H], 2)];
    const given = [[0, 1, 0], [1]];
    const options = { inputLengths: [many, 300], blank, reduction: "none" } as const;
    const leaves = [encoded, predicted, ...(joint === "additive" ? [] : [weight, bias])];
    const run = (losses: ReturnType<typeof leaf>) => {
      for (const each of leaves) each.zeroGrad();
      weighted(losses).backward();
      return [numbersOf(losses), ...leaves.map((each) => numbersOf(each.grad!))];
    };
    const expected = run(transducerLoss(plain(encoded, predicted), given, options));
    const joined = run(transducerJointLoss(encoded, predicted, joint, given, options));
    for (const [part, numbers] of joined.entries())
      for (const [at, each] of numbers.entries())
        expect(each, `${part}: ${at}`).toBeCloseTo(expected[part][at], 8);
  });

  test("gradients are central differences", () => {
    const [encoded, predicted] = [leaf([B, T, H], 1), leaf([B, U + 1, H], 2)];
    const options = { inputLengths, blank, reduction: "none" } as const;
    const loss = () => weighted(transducerJointLoss(encoded, predicted, joint, targets, options));
    const leaves = { encoded, predicted, ...(joint === "additive" ? {} : { weight, bias }) };
    expect(gradientErrors(leaves, loss)).toBe("");
  });
});

test("what no alignment can say is infinite, or nothing", () => {
  const logits = tensor(reference, [0, Number.NEGATIVE_INFINITY, 0, 0], [1, 1, 2, 2]);
  expect(numbersOf(transducerLoss(logits, [[1]]))).toEqual([Number.POSITIVE_INFINITY]);
  expect(numbersOf(transducerLoss(logits, [[1]], { zeroInfinity: true }))).toEqual([0]);
});

test("float32 stays near float64 over hundreds of steps", async () => {
  const device = await openDevice();
  const [steps, width, labels] = [400, 8, 60];
  const target = Array.from({ length: labels }, (_, u) => 1 + (u % (width - 1)));
  const of = (on: typeof device) => {
    const [encoded, predicted] = [steps, labels + 1].map((rows, seed) =>
      tensor(on, randomNumbers(rows * width, seed, -3, 3), [1, rows, width], { requiresGrad: true }),
    );
    const loss = transducerJointLoss(encoded, predicted, "additive", [target]);
    loss.backward();
    return [numbersOf(loss)[0], ...numbersOf(encoded.grad!), ...numbersOf(predicted.grad!)];
  };
  const [exact, rounded] = [of(reference), of(device)];
  expect(Math.abs(rounded[0] / exact[0] - 1)).toBeLessThan(1e-6);
  const worst = exact.slice(1).reduce((most, each, i) => Math.max(most, Math.abs(each - rounded[i + 1])), 0);
  expect(worst).toBeLessThan(5e-4);
});

test("what does not fit is refused by name", () => {
  const logits = leaf([1, 2, 2, 3], 1);
  expect(() => transducerLoss(logits, [[1, 2]])).toThrow(/target 0 has 2 labels, and there are 2 places/);
  expect(() => transducerLoss(logits, [[0]])).toThrow(/label 0 of target 0, 0, is the blank/);
  expect(() => transducerLoss(leaf([2, 2, 3], 1), [[1]])).toThrow(/needed \[B, T, U \+ 1, V\]/);
  expect(() => transducerJointLoss(leaf([1, 2, 3], 1), leaf([1, 2, 4], 1), "additive", [[1]])).toThrow(
    /transducerJointLoss: encoded \[1, 2, 3\] came with \[1, 2, 4\]/,
  );
  for (const joint of ["sum", undefined, {}])
    expect(() =>
      transducerJointLoss(leaf([1, 2, 3], 1), leaf([1, 2, 3], 1), joint as "additive", [[1]]),
    ).toThrow(/transducerJointLoss: joint is .*, needed "additive", or \{ weight, bias \} of tensors/);
});
