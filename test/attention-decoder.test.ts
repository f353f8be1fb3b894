// A decoder that looks back at a memory in every step. Its equations and gradients beside PyTorch's: fed-attention.test.ts, whose recurrence it is.
import { Generator, type Tensor } from "unrolled";
import { AttentionDecoder, type AttentionDecoderOptions, CELLS } from "unrolled/nn";
import { concat, narrow } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const [U, T, B, I, H, K, O] = [3, 4, 2, 3, 4, 4, 5];
const sizes = { inputSize: I, hiddenSize: H, memorySize: K, outputSize: O };
type Options = Omit<AttentionDecoderOptions, keyof typeof sizes>;
const made = (options: Options = {}, cell: keyof typeof CELLS = "lstm") =>
  new AttentionDecoder(reference, CELLS[cell], { ...sizes, ...options, generator: new Generator(2) });

const rows: readonly (readonly [string, Options, keyof typeof CELLS])[] = [
  ["general, output fed", {}, "lstm"],
  ["dot, context fed", { attention: "dot", feeding: "context" }, "gru"],
  ["additive, two layers, two heads", { attention: "additive", numLayers: 2, heads: 2 }, "gru"],
  [
    "additive with coverage and location",
    { attention: "additive", feeding: "context", coverage: true, location: { filters: 2, kernelSize: 3 } },
    "lstm",
  ],
];

describe.each(rows)("%s", (_, options, cell) => {
  const decoder = made(options, cell);
  const xs = leaf([U, B, I], 1);
  const memory = leaf([T, B, K], 2);
  const lengths = [4, 2];

  test("step by step it gives what it gives at once", () => {
    const whole = decoder.forward(xs, memory, { lengths });
    expect([whole.outputs.shape, whole.weights.shape]).toEqual([
      [U, B, O],
      [U, B, T],
    ]);
    let state: typeof whole.state | undefined;
    const outputs: Tensor[] = [];
    for (let u = 0; u < U; u++) {
      const step = decoder.forward(narrow(xs, u, u + 1), memory, { lengths, state });
      outputs.push(step.outputs);
      state = step.state;
    }
    const joined = numbersOf(concat(outputs, 0));
    for (const [at, entry] of numbersOf(whole.outputs).entries()) expect(joined[at]).toBeCloseTo(entry, 12);
  });

  test("entries behind a length have no share", () => {
    const shares = numbersOf(decoder.forward(xs, memory, { lengths }).weights);
    for (let u = 0; u < U; u++) {
      const own = shares.slice((u * B + 1) * T, (u * B + 2) * T);
      expect(own.slice(2)).toEqual([0, 0]);
      expect(own[0] + own[1]).toBeCloseTo(1, 12);
    }
  });

  test("its gradients are those of central differences", () => {
    const leaves = { xs, memory, ...Object.fromEntries(decoder.namedParameters()) };
    expect(gradientErrors(leaves, () => weighted(decoder.forward(xs, memory, { lengths }).outputs))).toBe("");
  });
});

test("what does not fit together is refused", () => {
  expect(() => made({ coverage: true })).toThrow(/attention is general, needed additive/);
  expect(() => made({ heads: 3 })).toThrow(/heads is 3, needed a divisor of 4/);
  expect(
    () => new AttentionDecoder(reference, CELLS.gru, { ...sizes, memorySize: 6, attention: "dot" }),
  ).toThrow(/states of 4 against entries of 6/);
  expect(() => made().forward(leaf([U, B, I + 1], 1), leaf([T, B, K], 2))).toThrow(/xs \[3, 2, 4\]/);
  expect(() => made().forward(leaf([U, B, I], 1), leaf([T, B, K], 2), { lengths: [4] })).toThrow(/length/);
});
