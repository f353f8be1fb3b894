import { describe, expect, it, test } from "vitest";
import { languageNetwork, partsOf } from "../../test/language-network.ts";
import type { Network } from "../networks/network.ts";
import { openDevice } from "../tensor/device.ts";
import { GATE_NAMES } from "./gate-names.ts";
import { stateAfter, type Trace, trace } from "./trace.ts";

const device = await openDevice({ backend: "wasm" });
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
const [T, H, V] = [ids.length, 6, 10];

function networkOf(cell: "elman" | "lstm" | "gru"): Network {
  const sizes = { vocabularySize: V, embeddingSize: 5, hiddenSize: H, numLayers: 2, dropout: 0.5 };
  return languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes, 7);
}

const row = (numbers: Float32Array, t: number, width: number) =>
  Array.from(numbers.subarray(t * width, (t + 1) * width));

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, name: string): void {
  expect(found.length, name).toBe(wanted.length);
  for (let index = 0; index < wanted.length; index++)
    expect(found[index], `${name}[${index}]`).toBeCloseTo(wanted[index], 5);
}

const SIZES = { elman: 0, lstm: 4, gru: 3 } as const;

describe.each(["elman", "lstm", "gru"] as const)("a trace of a model of kind %s", (cell) => {
  const network = networkOf(cell);
  const whole = trace(network, ids);

  it("has the logits of a session that reads the same ids, and the loss that follows from them", () => {
    const session = network.session();
    const logits = new Float32Array(V);
    ids.forEach((id, t) => {
      session.stepInto({ ids: [id] }, { logits });
      expectClose(row(whole.outputs, t, V), logits, `logits ${t}`);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      if (t + 1 < T) expect(whole.lossNats[t]).toBeCloseTo(Math.log(sum) - logits[ids[t + 1]], 5);
    });
    expect(whole.lossNats[T - 1]).toBeNaN();
  });

  it("has states and gates that fulfil the cell's equations at every step", () => {
    for (const { states, gates, hiddenSize } of whole.layers) {
      const { h, c } = states;
      expect(hiddenSize).toBe(H);
      expect(Object.keys(gates)).toEqual(GATE_NAMES[cell === "elman" ? "rnn" : cell]);
      expect(Object.keys(gates)).toHaveLength(SIZES[cell]);
      expect(h.length).toBe((T + 1) * H);
      expect(c?.length).toBe(cell === "lstm" ? (T + 1) * H : undefined);
      for (let index = 0; index < T * H; index++) {
        const [before, after] = [index, index + H];
        if (cell === "lstm" && c) {
          const { i, f, g, o } = gates as Record<string, Float32Array>;
          expect(c[after]).toBeCloseTo(f[index] * c[before] + i[index] * g[index], 6);
          expect(h[after]).toBeCloseTo(o[index] * Math.tanh(c[after]), 6);
        }
        if (cell === "gru") {
          const { z, n } = gates as Record<string, Float32Array>;
          expect(h[after]).toBeCloseTo((1 - z[index]) * n[index] + z[index] * h[before], 6);
        }
      }
    }
  });

  it("goes on from the state in which another one ended", () => {
    const cut = 5;
    const rest = trace(network, ids.slice(cut), { state: stateAfter(whole, cut - 1) });
    expectClose(rest.outputs, whole.outputs.subarray(cut * V), "logits");
    for (const [layer, { states }] of rest.layers.entries())
      expectClose(states.h, whole.layers[layer].states.h.subarray(cut * H), `h of layer ${layer}`);
  });
});

/** The first step at which two traces differ in a layer's h. */
function firstDifference(one: Trace, other: Trace, layer: number): number {
  const [a, b] = [one.layers[layer].states.h, other.layers[layer].states.h];
  const place = a.findIndex((value, index) => Math.abs(value - b[index]) > 1e-7);
  return place < 0 ? -1 : Math.floor(place / H) - 1;
}

describe("interventions", () => {
  test("clamp units from a step on, and everything after follows from it", () => {
    for (const cell of ["elman", "lstm", "gru"] as const) {
      const network = networkOf(cell);
      const plain = trace(network, ids);
      const changed = trace(network, ids, {
        interventions: [{ layer: 0, what: "h", units: [2], from: 4, to: 7, value: 0.75 }],
      });
      expect(firstDifference(plain, changed, 0)).toBe(4);
      expect(firstDifference(plain, changed, 1)).toBe(4);
      for (const t of [4, 5, 6]) expect(changed.layers[0].states.h[(t + 1) * H + 2]).toBe(0.75);
      expect(changed.layers[0].states.h[8 * H + 2]).not.toBe(0.75);
      expect(changed.outputs[3 * V]).toBe(plain.outputs[3 * V]);
      expect(changed.outputs[4 * V]).not.toBe(plain.outputs[4 * V]);
    }
  });

  test("of a gate change what is made of it: an LSTM that never forgets nor writes keeps its c", () => {
    const network = networkOf("lstm");
    const { layers } = trace(network, ids, {
      interventions: [
        { layer: 1, what: "f", from: 3, value: 1 },
        { layer: 1, what: "i", from: 3, value: 0 },
        { layer: 1, what: "o", from: 3, units: [0], scale: 0 },
      ],
    });
    const { c } = layers[1].states;
    const kept = row(c, 3, H);
    for (let t = 3; t < T; t++) {
      expect(row(c, t + 1, H)).toEqual(kept);
      expect(layers[1].states.h[(t + 1) * H]).toBe(0);
      expect(layers[1].states.h[(t + 1) * H + 1]).toBeCloseTo(
        layers[1].gates.o![t * H + 1] * Math.tanh(kept[1]),
        6,
      );
    }
  });

  test("of a reset gate reach the candidate: with r = 1 as the equations have it", async () => {
    const network = networkOf("gru");
    const { layers, inputs } = trace(network, ids, {
      interventions: [{ layer: 0, what: "r", value: 1 }],
    });
    const [{ states, gates }] = layers;
    const { h } = states;
    const { weightIh, weightHh, biasIh, biasHh } = partsOf(network).rnn.layerWeights(0);
    const [wi, wh, bi, bh] = await Promise.all(
      [weightIh, weightHh, biasIh!, biasHh!].map((weight) => weight.toArray()),
    );
    for (let t = 0; t < T; t++) {
      for (let unit = 0; unit < H; unit++) {
        const block = 2 * H + unit;
        let sum = bi[block] + bh[block];
        for (let entry = 0; entry < 5; entry++) sum += wi[block * 5 + entry] * inputs[t * 5 + entry];
        for (let entry = 0; entry < H; entry++) sum += wh[block * H + entry] * h[t * H + entry];
        expect(gates.n![t * H + unit], `n[${t}, ${unit}]`).toBeCloseTo(Math.tanh(sum), 5);
      }
    }
  });

  test("that set what is there already change nothing", () => {
    for (const cell of ["elman", "lstm", "gru"] as const) {
      const network = networkOf(cell);
      const plain = trace(network, ids);
      for (const what of [
        "h",
        ...(cell === "lstm" ? (["c"] as const) : []),
        ...GATE_NAMES[cell === "elman" ? "rnn" : cell],
      ] as const) {
        const same = trace(network, ids, { interventions: [{ layer: 0, what, scale: 1 }] });
        expectClose(same.outputs, plain.outputs, `${cell} ${what}`);
      }
    }
  });
});

describe("what cannot be traced is an error that says why", () => {
  const network = networkOf("gru");
  const failing =
    (options: Parameters<typeof trace>[2], of: readonly number[] = ids) =>
    () =>
      trace(network, of, options);

  test.each([
    [failing({}, []), "trace: got 0 token ids, needed at least 1"],
    [failing({}, [1, 10]), "trace: token id 1 is 10, needed 0 to 9"],
    [
      failing({ interventions: [{ layer: 2, what: "h", value: 0 }] }),
      "trace: layer of intervention 0 is 2, needed 0 to 1",
    ],
    [
      failing({ interventions: [{ layer: 0, what: "c", value: 0 }] }),
      'trace: what of intervention 0 is "c", needed one of h, r, z, n for a cell of kind gru',
    ],
    [
      failing({ interventions: [{ layer: 0, what: "h", units: [6], value: 0 }] }),
      "trace: unit of intervention 0 is 6, needed 0 to 5",
    ],
    [
      failing({ interventions: [{ layer: 0, what: "h", from: 4, to: 2, value: 0 }] }),
      "trace: to of intervention 0 is 2, needed a whole number of at least 4",
    ],
    [
      failing({ interventions: [{ layer: 0, what: "h", value: Number.NaN }] }),
      "trace: value of intervention 0 is NaN, needed a finite number, or a scale",
    ],
    [failing({ state: [{ h: new Float32Array(H) }] }), "trace: state has 1 layers, needed 2"],
    [
      failing({ state: [{ h: new Float32Array(H) }, { h: new Float32Array(2) }] }),
      "trace: state of layer 1 has 2 units, needed 6",
    ],
    [
      failing({ state: Array(2).fill({ h: new Float32Array(H), c: new Float32Array(H) }) }),
      "trace: state of layer 0 has a c, needed h alone",
    ],
  ])("%#: %s", (call, message) => {
    expect(call).toThrow(message);
  });

  test("a step outside of a trace has no state", () => {
    expect(() => stateAfter(trace(network, ids), T)).toThrow(`stateAfter: t is ${T}, needed -1 to ${T - 1}`);
  });
});
