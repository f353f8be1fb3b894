import { describe, expect, it, test } from "vitest";
import { languageNetwork, partsOf } from "../../test/language-network.ts";
import type { Network } from "../networks/network.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { reach, reachIndex } from "./reach.ts";
import { trace } from "./trace.ts";

const device = await openDevice({ backend: "wasm" });

function networkOf(cell: "elman" | "lstm" | "gru", nonlinearity: "tanh" | "relu" = "tanh"): Network {
  const options = cell === "elman" ? { nonlinearity } : {};
  const sizes = { vocabularySize: 3, embeddingSize: 3, hiddenSize: 6, numLayers: 1, dropout: 0.5, options };
  return languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes, 3);
}

/** A network that says the token before the last: three units hold the last one, three what those held before. */
function shiftRegister(): Network {
  const network = networkOf("elman", "relu");
  for (const parameter of network.parameters()) parameter.assign(new Float32Array(parameter.size));
  const { weightIh, weightHh } = partsOf(network).rnn.layerWeights(0);
  const ones = (rows: number, columns: number, places: readonly (readonly [number, number])[], value = 1) => {
    const numbers = new Float32Array(rows * columns);
    for (const [row, column] of places) numbers[row * columns + column] = value;
    return numbers;
  };
  partsOf(network).encoder.weight.assign(
    ones(3, 3, [
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
  );
  weightIh.assign(
    ones(6, 3, [
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
  );
  weightHh.assign(
    ones(6, 6, [
      [3, 0],
      [4, 1],
      [5, 2],
    ]),
  );
  partsOf(network).decoder.weight.assign(
    ones(
      3,
      6,
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
      9,
    ),
  );
  return network;
}

const alternating = Array.from({ length: 200 }, (_, t) => (t % 2 === 0 ? 0 : 2));

describe("the reach of a memory", () => {
  it("is two tokens for a network that says the token before the last", async () => {
    const found = await reach(shiftRegister(), alternating, { maxContext: 8, positions: 60 });
    expect(found.contexts.map(({ context }) => context)).toEqual([1, 2, 3, 4, 6, 8]);
    expect(found.predictions).toBe(60);
    expect(found.contexts[0].lossNats).toBeCloseTo(Math.log(3), 5);
    expect(found.contexts[1].lossNats).toBeCloseTo(Math.log(1 + 2 * Math.exp(-9)), 5);
    expect(found.reachTokens).toBe(2);
    expect(found.reachInterval).toEqual([2, 2]);
    expect(found.contexts[0].excessNats).toBeCloseTo(Math.log(3), 2);
    // All of the gradient stands one step back.
    const { byDistance } = found.gradient;
    expect(byDistance[0]).toBe(0);
    expect(byDistance[1]).toBeGreaterThan(0);
    expect(Array.from(byDistance.subarray(2))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("is one token, and the gradient's half-life half a step, where nothing is carried along", async () => {
    const network = networkOf("gru");
    const { weightHh } = partsOf(network).rnn.layerWeights(0);
    weightHh.assign(new Float32Array(weightHh.size));
    // z = 0: h is all candidate.
    const { biasIh } = partsOf(network).rnn.layerWeights(0);
    biasIh!.assign(Float32Array.from({ length: 18 }, (_, block) => (block >= 6 && block < 12 ? -200 : 0)));
    const found = await reach(network, alternating, { contexts: [8, 1, 4], positions: 50 });
    expect(found.contexts.map(({ context }) => context)).toEqual([1, 4, 8]);
    expect(found.reachTokens).toBe(1);
    expect(found.reachInterval).toEqual([1, 1]);
    expect(found.contexts[0].excessNats).toBeCloseTo(0, 6);
    expect(found.gradient.halfLifeSteps).toBe(0.5);
    expect(found.gradient.decayPerStep).toBeUndefined();
  });

  it("compares losses of the same predictions, dropout off, whatever the mode of the model", async () => {
    const generator = new Generator(9);
    const ids = Array.from({ length: 41 }, () => Math.floor(generator.uniform() * 3));
    const network = networkOf("lstm");
    network.train();
    // Forty positions lie after the first one: all of them are taken.
    const found = await reach(network, ids, { contexts: [1], positions: 1000 });
    const losses = ids.slice(0, 40).map((id, t) => trace(network, [id, ids[t + 1]]).lossNats[0]);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 40;
    const deviation = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 39);
    expect(found.predictions).toBe(40);
    expect(found.contexts[0].lossNats).toBeCloseTo(mean, 5);
    expect(found.contexts[0].interval[1]).toBeCloseTo(mean + (1.96 * deviation) / Math.sqrt(40), 5);
    expect(network.training).toBe(true);
  });

  it("is found again with the same seed, says how far it has come and stops when told", async () => {
    const network = networkOf("lstm");
    const shares: number[] = [];
    const options = { positions: 20, maxContext: 8, seed: 5 };
    const first = await reach(network, alternating, {
      ...options,
      onProgress: (share) => shares.push(share),
    });
    expect(await reach(network, alternating, options)).toEqual(first);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const signal = AbortSignal.abort();
    await expect(reach(network, alternating, { signal })).rejects.toThrow("reach: aborted");
  });

  test.each([
    [[0, 1, 2], {}, "reach: the text has 3 tokens, needed at least 4"],
    [alternating, { contexts: [101] }, "reach: context is 101, needed a whole number from 1 to 100"],
    [alternating, { contexts: [] }, "reach: contexts is empty, needed one"],
    [alternating, { positions: 0 }, "reach: positions is 0, needed a whole number of at least 1"],
    [alternating, { toleranceNats: -1 }, "reach: toleranceNats is -1, needed a number of at least 0"],
  ])("refuses what it cannot measure: %#", async (ids, options, message) => {
    await expect(reach(networkOf("elman"), ids, options)).rejects.toThrow(message);
  });
});

test("the reach is the first context that none beats by more than the tolerance", () => {
  expect(reachIndex([2, 1.02, 1.005, 1, 1.2], 0.01)).toBe(2);
  expect(reachIndex([1, 1, 1], 0)).toBe(0);
});
