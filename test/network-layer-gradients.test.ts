// Gradients of layers that only networks have, by central differences.
import { Generator, ints, Network, type NetworkConfig, tensor } from "unrolled";
import type { ActivationLayerName } from "unrolled/network";
import { expect, test } from "vitest";
import { activationNames } from "../src/networks/layers/activation.ts";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const names = Object.keys(activationNames) as ActivationLayerName[];

test.each(names)("activation %s", (activation) => {
  const network = new Network(reference, {
    inputs: [{ name: "x", axes: ["B", 5], kind: "float" }],
    layers: [{ name: "y", inputs: ["x"], config: { kind: "activation", activation } }],
    outputs: [{ name: "y", from: "y" }],
  });
  const x = leaf([9, 5], 1, -3.7, 3.7);
  expect(gradientErrors({ x }, () => weighted(network.forward({ x }).outputs.y))).toBe("");
});

test.each([
  ["dot", 1],
  ["dot", 2],
  ["additive", 1],
  ["additive", 2],
] as const)("attention, %s, %d heads", (score, heads) => {
  const config: NetworkConfig = {
    inputs: [
      { name: "q", axes: ["B", "S", 4], kind: "float" },
      { name: "k", axes: ["B", "T", 4], kind: "float" },
      { name: "v", axes: ["B", "T", 6], kind: "float" },
    ],
    layers: [
      {
        name: "y",
        inputs: ["q", "k", "v"],
        config: {
          kind: "attention",
          heads,
          size: 4,
          score,
          factor: 0.7,
          scale: true,
          causal: false,
          maskedQueries: "zero",
        },
      },
    ],
    outputs: [{ name: "y", from: "y" }],
  };
  const network = new Network(reference, config, { generator: new Generator(2) });
  const inputs = { q: leaf([2, 3, 4], 1), k: leaf([2, 5, 4], 2), v: leaf([2, 5, 6], 3) };
  const leaves = new Map([...network.namedParameters(), ...Object.entries(inputs)]);
  expect(gradientErrors(leaves, () => weighted(network.forward(inputs).outputs.y))).toBe("");
});

test.each([
  [1, 1],
  [2, 0],
] as const)("a convolution over height and width, stride %d, padding %d", (stride, padding) => {
  const sizes = { inputSize: 2, outputSize: 3, kernelSize: 3, stride, padding, bias: true };
  const network = new Network(
    reference,
    {
      inputs: [{ name: "x", axes: ["B", 2, 5, 6], kind: "float" }],
      layers: [{ name: "y", inputs: ["x"], config: { kind: "conv2d", ...sizes } }],
      outputs: [{ name: "y", from: "y" }],
    },
    { generator: new Generator(3) },
  );
  const x = leaf([2, 2, 5, 6], 4);
  const leaves = new Map([...network.namedParameters(), ["x", x] as const]);
  expect(gradientErrors(leaves, () => weighted(network.forward({ x }).outputs.y))).toBe("");
});

test("filters over the characters of words, whatever fills up behind them", () => {
  const network = new Network(
    reference,
    {
      inputs: [
        { name: "x", axes: ["B", "T", "C", 3], kind: "float" },
        { name: "ids", axes: ["B", "T", "C"], kind: "int" },
      ],
      layers: [
        {
          name: "y",
          inputs: ["x", "ids"],
          config: { kind: "character-conv", inputSize: 3, outputSize: 4, kernelSize: 3 },
        },
      ],
      outputs: [{ name: "y", from: "y" }],
    },
    { generator: new Generator(2) },
  );
  const x = leaf([1, 2, 4, 3], 1);
  const ids = ints(reference, [3, 1, 2, 5, 4, 2, 0, 0], [1, 2, 4]);
  const leaves = new Map([...network.namedParameters(), ["x", x] as const]);
  expect(gradientErrors(leaves, () => weighted(network.forward({ x, ids }).outputs.y))).toBe("");
  // The second word alone, without what fills it up.
  const short = tensor(reference, numbersOf(x).slice(12, 18), [1, 1, 2, 3]);
  const alone = network.forward({ x: short, ids: ints(reference, [4, 2], [1, 1, 2]) }).outputs.y;
  const together = numbersOf(network.forward({ x, ids }).outputs.y).slice(4);
  for (const [at, value] of numbersOf(alone).entries()) expect(value).toBeCloseTo(together[at], 12);
});

test.each([
  ["lstm", "dot", "after", 1, false, false],
  ["gru", "additive", "before", 2, false, false],
  ["lstm", "additive", "after", 1, true, true],
  ["elman", "additive", "before", 1, true, false],
] as const)(
  "a decoder whose steps look back: %s, %s, %s, %d heads, coverage %s, location %s",
  (cell, score, order, heads, coverage, location) => {
    const kind = cell === "elman" ? "rnn" : cell;
    const [outputSize, memorySize, hiddenSize] = [3, 4, 2];
    const fed = order === "before" ? memorySize : outputSize;
    const recurrent = (inputSize: number) =>
      ({ kind, options: { inputSize, hiddenSize, batchFirst: false }, returns: "sequence" }) as never;
    const config: NetworkConfig = {
      inputs: [
        { name: "x", axes: ["B", "U", 1], kind: "float" },
        { name: "k", axes: ["B", "T", 2], kind: "float" },
        { name: "v", axes: ["B", "T", memorySize], kind: "float" },
      ],
      layers: [
        {
          name: "y",
          inputs: ["x", "k", "v"],
          config: {
            kind: "attentive-recurrent",
            layers: [recurrent(1 + fed), recurrent(hiddenSize)],
            memorySize,
            keySize: 2,
            heads,
            outputSize,
            score,
            order,
            coverage,
            ...(location ? { location: { filters: 2, kernelSize: 3 } } : {}),
            dropout: 0,
          },
        },
      ],
      outputs: [{ name: "y", from: "y" }],
    };
    const network = new Network(reference, config, { generator: new Generator(2) });
    const inputs = { x: leaf([2, 3, 1], 1), k: leaf([2, 4, 2], 2), v: leaf([2, 4, memorySize], 3) };
    const leaves = new Map([...network.namedParameters(), ...Object.entries(inputs)]);
    const loss = () => weighted(network.forward(inputs, { lengths: [4, 2] }).outputs.y);
    expect(gradientErrors(leaves, loss)).toBe("");
  },
);
