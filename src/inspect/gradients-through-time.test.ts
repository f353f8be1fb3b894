import { describe, expect, it, test } from "vitest";
import { languageNetwork, partsOf } from "../../test/language-network.ts";
import type { Network } from "../networks/network.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { attribution } from "./attribution.ts";
import { gradientsThroughTime, halfLife } from "./gradients-through-time.ts";
import { spectralNorm, spectralRadius, times } from "./spectral-radius.ts";
import { trace } from "./trace.ts";

const device = await openDevice({ backend: "reference" });

function networkOf(cell: "elman" | "lstm" | "gru"): Network {
  const sizes = { vocabularySize: 9, embeddingSize: 3, hiddenSize: 4, numLayers: 2 };
  return languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes, 3);
}

const generator = new Generator(4);
const ids = Array.from({ length: 40 }, () => Math.floor(generator.uniform() * 9));

describe.each(["elman", "lstm", "gru"] as const)("gradients through time of a model of kind %s", (cell) => {
  it("are the slopes of losses along states that are moved a little", async () => {
    const network = networkOf(cell);
    const { layers, predictions } = await gradientsThroughTime(network, ids, { jacobianSteps: 0 });
    const { layers: traced } = trace(network, ids);
    // Over the seam between two batches of predictions, which are 32 rows each.
    const [s, layer, step] = [30, 0, 0.02];
    const slopes = Array.from({ length: 4 }, (_, unit) => {
      const value = traced[layer].states.h[(s + 1) * 4 + unit];
      const [above, below] = [step, -step].map((moved) =>
        trace(network, ids, {
          interventions: [{ layer, what: "h", units: [unit], from: s, to: s + 1, value: value + moved }],
        }),
      );
      return Array.from(above.lossNats, (loss, t) => (loss - below.lossNats[t]) / (2 * step));
    });
    for (const t of [30, 31, 32, 34]) {
      const numeric = Math.hypot(...slopes.map((slope) => slope[t]));
      expect(layers[layer].states.h[t * predictions + s], `|∂loss_${t}/∂h_${s}|`).toBeCloseTo(numeric, 3);
    }
    expect(layers[layer].states.h[29 * predictions + s]).toBe(0);
  });
});

test("an attribution adds up to what a small change of all inputs does", () => {
  const network = networkOf("gru");
  const t = 6;
  const found = attribution(network, ids, t);
  const { weight } = partsOf(network).encoder;
  const before = Array.from(device.heap.floats().subarray(weight.offset, weight.offset + weight.size));
  const [above, below] = [1.01, 0.99].map((factor) => {
    weight.assign(before.map((entry) => entry * factor));
    return trace(network, ids).lossNats[t];
  });
  expect(found.signed.reduce((sum, part) => sum + part, 0)).toBeCloseTo((below - above) / 0.02, 3);
  found.signed.forEach((part, s) => {
    expect(found.absolute[s]).toBeGreaterThanOrEqual(Math.abs(part));
  });
});

test("a half-life is where half is left, between whole steps, or there is none", () => {
  expect(halfLife([8, 6, 2, 1])).toBe(1.5);
  expect(halfLife([8, 4, 2])).toBe(1);
  expect(halfLife([1, 2, 3])).toBeUndefined();
});

describe("spectral radii", () => {
  it("of a rotation, of a pair of opposite sign, of a shear and of nothing", () => {
    const of = (...matrix: number[]) => spectralRadius(2, times(matrix));
    expect(of(0.6, -0.8, 0.8, 0.6)).toBeCloseTo(1, 9);
    expect(of(0, 2, 2, 0)).toBeCloseTo(2, 9);
    expect(of(0.5, 7, 0, -0.25)).toBeCloseTo(0.5, 6);
    expect(of(0, 0, 0, 0)).toBe(0);
  });

  it("and the norm, which may be larger", () => {
    expect(spectralNorm([0.5, 7, 0, -0.25], 2, 2)).toBeCloseTo(7.0222, 3);
    expect(spectralNorm([3e-160, 0, 0, 4e-160], 2, 2)).toBeCloseTo(4e-160, 165);
    expect(spectralNorm([3e-160, 0, 0, 4e-160], 2, 2) / 4e-160).toBeCloseTo(1, 6);
  });
});

test("what has no gradients is an error that says why, and a signal ends the walk", async () => {
  const network = networkOf("elman");
  await expect(gradientsThroughTime(network, [1])).rejects.toThrow("got 1 token ids, needed at least 2");
  const signal = AbortSignal.abort();
  await expect(gradientsThroughTime(network, ids, { signal })).rejects.toThrow(
    "gradientsThroughTime: aborted",
  );
  expect(() => attribution(network, ids, 40)).toThrow("attribution: t is 40, needed 0 to 39");
  expect(() => attribution(network, ids, 39)).toThrow("needed 0 to 8 where no id follows t");
});
