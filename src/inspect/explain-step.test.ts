import { describe, expect, test } from "vitest";
import { languageNetwork } from "../../test/language-network.ts";
import { narrowWeights } from "../layers/narrow-weights.ts";
import type { Network } from "../networks/network.ts";
import { openDevice } from "../tensor/device.ts";
import { explainStep } from "./explain-step.ts";
import { trace } from "./trace.ts";

const device = await openDevice({ backend: "reference" });
const ids = [3, 1, 4, 1, 5, 2];

function networkOf(cell: "elman" | "lstm" | "gru", nonlinearity?: "relu" | "tanh"): Network {
  const options = cell === "elman" ? { nonlinearity } : {};
  const sizes = { vocabularySize: 6, embeddingSize: 3, hiddenSize: 5, numLayers: 2, options };
  return languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes, 7);
}

const ACTIVATIONS = {
  sigmoid: (sum: number) => 1 / (1 + Math.exp(-sum)),
  tanh: Math.tanh,
  relu: (sum: number) => Math.max(0, sum),
};

describe.each([
  ["elman", "tanh"],
  ["elman", "relu"],
  ["lstm", "tanh"],
  ["gru", "tanh"],
] as const)("%s with %s", (cell, nonlinearity) => {
  const network = networkOf(cell, nonlinearity);
  const read = trace(network, ids);

  test("the sums, put through the equations, are the gates and the states that were traced", () => {
    for (const layer of [0, 1])
      for (const t of [0, 3, 5])
        for (let unit = 0; unit < 5; unit++) {
          const { gates, states, hBefore } = explainStep(network, read, { t, layer, unit });
          const value: Record<string, number> = {};
          for (const { name, activation, sum, value: traced } of gates) {
            value[name] = ACTIVATIONS[activation as keyof typeof ACTIVATIONS](sum);
            expect(traced, `${name}[${unit}] at ${t}`).toBeCloseTo(value[name], 6);
          }
          const { i, f, g, o, z, n } = value;
          const cAfter = f * states.c?.before + i * g;
          if (cell === "lstm") expect(states.c.after).toBeCloseTo(cAfter, 6);
          const expected = {
            elman: value.h,
            lstm: o * Math.tanh(cAfter),
            gru: (1 - z) * n + z * hBefore[unit],
          };
          expect(states.h.after, `h[${unit}] at ${t}`).toBeCloseTo(expected[cell], 6);
        }
  });

  test("a sum is its products and biases, the recurrent ones reset where the cell does so", () => {
    const { x, hBefore, gates } = explainStep(network, read, { t: 2, layer: 1, unit: 4 });
    expect(x).toEqual(read.layers[0].states.h.slice(15, 20));
    for (const { inputWeights, recurrentWeights, inputBias, recurrentBias, reset, sum, name } of gates) {
      const products = (weights: Float32Array, by: Float32Array) =>
        weights.reduce((total, weight, index) => total + weight * by[index], 0);
      const recurrent = products(recurrentWeights, hBefore) + recurrentBias;
      expect(sum).toBeCloseTo(products(inputWeights, x) + inputBias + reset * recurrent, 9);
      expect(reset === 1).toBe(name !== "n");
    }
  });
});

test("places that are not there and weights in fewer bits are refused", async () => {
  const network = networkOf("gru");
  const read = trace(network, ids);
  expect(() => explainStep(network, read, { t: 6, layer: 0, unit: 0 })).toThrow(
    "explainStep: t is 6, needed 0 to 5",
  );
  expect(() => explainStep(network, read, { t: 0, layer: 2, unit: 0 })).toThrow("layer is 2, needed 0 to 1");
  expect(() => explainStep(network, read, { t: 0, layer: 0, unit: -1 })).toThrow("unit is -1, needed 0 to 4");
  narrowWeights(network, "float16");
  expect(() => explainStep(network, read, { t: 0, layer: 0, unit: 0 })).toThrow("load its model as float32");
});
