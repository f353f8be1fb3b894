// The published equations of what PyTorch lacks, written once more in plain numbers of 64 bits, beside the layers.
import { Generator, tensor } from "unrolled";
import type { Activation } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { activationTriples } from "../src/cells/activation.ts";
import type { DropoutPlace } from "../src/module/dropout-place.ts";
import { zoneoutMasks } from "../src/recurrent/zoneout.ts";
import { dropoutWith } from "../src/tensor/operations/dropout.ts";
import { leaf, numbersOf, reference } from "./gradients.ts";
import { layerOf, type RecurrentRow } from "./recurrent-rows.ts";

type Vector = readonly number[];
const STEPS = 5;
const INPUT = 3;
const HIDDEN = 4;

const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const zip = (f: (...entries: number[]) => number, ...vectors: Vector[]): number[] =>
  vectors[0].map((_, j) => f(...vectors.map((vector) => vector[j])));
const add = (...vectors: Vector[]) =>
  zip((...entries) => entries.reduce((sum, entry) => sum + entry), ...vectors);
const times = (a: Vector, b: Vector) => zip((x, y) => x * y, a, b);
const squash = (f: (x: number) => number, x: Vector) => x.map(f);
const clip = (bound: number) => (x: number) => Math.min(bound, Math.max(-bound, x));
const normal = (x: Vector, gain: Vector): number[] => {
  const mean = x.reduce((sum, entry) => sum + entry) / x.length;
  const variance = x.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / x.length;
  return x.map((entry, j) => ((entry - mean) / Math.sqrt(variance + 1e-5)) * gain[j]);
};

/** The weights of a layer as a transcription reads them: block k of W_ih x, of W_hh h, of b_ih + b_hh. */
interface Weights {
  x(block: number, x: Vector): number[];
  h(block: number, h: Vector): number[];
  b(block: number): number[];
  entries(name: string): number[];
  /** Place of the masks of step t, and what they multiply, [H]. */
  readonly step: number;
}

interface State {
  readonly h: Vector;
  readonly c: Vector;
}

type Equations = (weights: Weights, x: Vector, state: State) => State;

const sums = (w: Weights, block: number, x: Vector, h: Vector) =>
  add(w.x(block, x), w.h(block, h), w.b(block));
const part = (vector: Vector, block: number) => vector.slice(block * HIDDEN, (block + 1) * HIDDEN);

/** The LSTM of Graves, Mohamed & Hinton 2013, equations 3 to 7, with its options. */
const lstm =
  (options: {
    readonly peepholes?: boolean;
    readonly coupled?: boolean;
    readonly gateClip?: number;
    readonly cellClip?: number;
    readonly normalised?: boolean;
    readonly functions?: readonly [(x: number) => number, (x: number) => number, (x: number) => number];
  }): Equations =>
  (w, x, { h, c }) => {
    const { peepholes, coupled, gateClip = Infinity, cellClip = Infinity, normalised } = options;
    const [gate, candidate, out] = options.functions ?? [sigma, Math.tanh, Math.tanh];
    const blocks = coupled ? 3 : 4;
    const all = (product: (block: number) => number[], gain: string) =>
      normal(Array.from({ length: blocks }, (_, block) => product(block)).flat(), w.entries(gain));
    const whole = normalised
      ? add(
          all((block) => w.x(block, x), "norm_ih_l0.weight"),
          all((block) => w.h(block, h), "norm_hh_l0.weight"),
          Array.from({ length: blocks }, (_, block) => w.b(block)).flat(),
        )
      : Array.from({ length: blocks }, (_, block) => sums(w, block, x, h)).flat();
    const peep = (block: number, state: Vector) =>
      peepholes ? times(part(w.entries("weight_ch_l0"), block), state) : state.map(() => 0);
    const bounded = (f: (x: number) => number, sum: Vector) =>
      squash((entry) => f(clip(gateClip)(entry)), sum);
    const i = bounded(gate, add(part(whole, 0), peep(0, c)));
    const f = coupled ? i.map((entry) => 1 - entry) : bounded(gate, add(part(whole, 1), peep(1, c)));
    const g = bounded(candidate, part(whole, blocks - 2));
    const next = squash(clip(cellClip), add(times(f, c), times(i, g)));
    const o = bounded(gate, add(part(whole, blocks - 1), peep(blocks - 2, next)));
    const seen = normalised
      ? add(normal(next, w.entries("norm_c_l0.weight")), w.entries("norm_c_l0.bias"))
      : next;
    return { h: times(o, squash(out, seen)), c: next };
  };

/** Cho et al. 2014: the reset gate acts on the h that the candidate reads; z as PyTorch and ONNX have it. */
const gruBefore: Equations = (w, x, { h, c }) => {
  const r = squash(sigma, sums(w, 0, x, h));
  const z = squash(sigma, sums(w, 1, x, h));
  const n = squash(Math.tanh, add(w.x(2, x), w.h(2, times(r, h)), w.b(2)));
  return { h: zip((zj, nj, hj) => (1 - zj) * nj + zj * hj, z, n, h), c };
};

/** Zhou et al. 2016, equations 13 to 15. */
const mgu: Equations = (w, x, { h, c }) => {
  const f = squash(sigma, sums(w, 0, x, h));
  const n = squash(Math.tanh, add(w.x(1, x), w.h(1, times(f, h)), w.b(1)));
  return { h: zip((fj, nj, hj) => (1 - fj) * hj + fj * nj, f, n, h), c };
};

/** Collins, Sohl-Dickstein & Sussillo 2017, section 2. */
const ugrnn: Equations = (w, x, { h, c }) => {
  const g = squash(sigma, sums(w, 0, x, h));
  const n = squash(Math.tanh, sums(w, 1, x, h));
  return { h: zip((gj, nj, hj) => gj * hj + (1 - gj) * nj, g, n, h), c };
};

/** ONNX's functions, as its specification of RNN writes them. */
const onnx: readonly (readonly [Activation, (x: number) => number])[] = [
  ["tanh", Math.tanh],
  ["relu", (x) => Math.max(0, x)],
  ["sigmoid", sigma],
  ["affine", (x) => x],
  [{ name: "affine", alpha: 0.5, beta: -0.25 }, (x) => 0.5 * x - 0.25],
  ["leaky-relu", (x) => (x >= 0 ? x : 0.01 * x)],
  [{ name: "thresholded-relu", alpha: 0.3 }, (x) => (x >= 0.3 ? x : 0)],
  [{ name: "scaled-tanh", alpha: 1.5, beta: 0.5 }, (x) => 1.5 * Math.tanh(0.5 * x)],
  ["hard-sigmoid", (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1)],
  ["elu", (x) => (x >= 0 ? x : Math.exp(x) - 1)],
  ["softsign", (x) => x / (1 + Math.abs(x))],
  ["softplus", (x) => Math.log(1 + Math.exp(x))],
];

const rows: readonly (readonly [string, RecurrentRow["kind"], RecurrentRow["options"], Equations])[] = [
  ["peepholes", "LSTM", { peepholes: true }, lstm({ peepholes: true })],
  ["peepholes, one bias", "LSTM", { peepholes: true, bias: "single" }, lstm({ peepholes: true })],
  ["coupled gates", "LSTM", { coupled: true }, lstm({ coupled: true })],
  [
    "coupled, peepholes",
    "LSTM",
    { coupled: true, peepholes: true },
    lstm({ coupled: true, peepholes: true }),
  ],
  ["sums bounded", "LSTM", { gateClip: 0.5, peepholes: true }, lstm({ gateClip: 0.5, peepholes: true })],
  ["c bounded", "LSTM", { cellClip: 0.3 }, lstm({ cellClip: 0.3 })],
  ["layer normalisation", "LSTM", { layerNorm: true }, lstm({ normalised: true })],
  [
    "layer normalisation, peepholes, no bias",
    "LSTM",
    { layerNorm: true, peepholes: true, bias: "none" },
    lstm({ normalised: true, peepholes: true }),
  ],
  [
    "activations",
    "LSTM",
    { activations: ["hard-sigmoid", "softsign", "affine"] },
    lstm({
      functions: [(x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1), (x) => x / (1 + Math.abs(x)), (x) => x],
    }),
  ],
  ["reset gate before", "GRU", { resetAfter: false }, gruBefore],
  ["minimal gated unit", "MGU", {}, mgu],
  ["update gate", "UGRNN", {}, ugrnn],
  ...onnx.map(
    ([nonlinearity, f]) =>
      [
        `Elman, ${JSON.stringify(nonlinearity)}`,
        "RNN",
        { nonlinearity },
        (w, x, { h, c }) => ({ h: squash(f, sums(w, 0, x, h)), c }),
      ] as const satisfies readonly [string, RecurrentRow["kind"], RecurrentRow["options"], Equations],
  ),
  [
    "sums bounded",
    "RNN",
    { gateClip: 0.4 },
    (w, x, { h, c }) => ({ h: squash((sum) => Math.tanh(clip(0.4)(sum)), sums(w, 0, x, h)), c }),
  ],
];

/** All outputs of a layer with weights of some size, from a state that is given, and those of the equations. */
function both(
  kind: RecurrentRow["kind"],
  options: RecurrentRow["options"],
  equations: Equations,
  training = true,
) {
  const all = { ...options, inputSize: INPUT, hiddenSize: HIDDEN, generator: new Generator(3) };
  const layer = layerOf(reference, kind, all);
  let seed = 10;
  for (const weight of layer.weights.values())
    weight.assign(numbersOf(leaf([weight.size], seed++, -1.2, 1.2)));
  if (!training) layer.eval();
  const xs = leaf([STEPS, 1, INPUT], 1, -2, 2);
  const [h0, c0] = [leaf([1, 1, HIDDEN], 2), leaf([1, 1, HIDDEN], 3)];
  const { outputs, state } = layer.forward(xs, { state: kind === "LSTM" ? { h: h0, c: c0 } : { h: h0 } });

  const entries = (name: string) => {
    const weight = layer.weights.get(name);
    return weight ? numbersOf(weight) : Array<number>(layer.layerWeights(0).weightHh.shape[0]).fill(0);
  };
  const product = (name: string, block: number, x: Vector) =>
    Array.from({ length: HIDDEN }, (_, row) => {
      const start = (block * HIDDEN + row) * x.length;
      return x.reduce((sum, entry, j) => sum + entry * entries(name)[start + j], 0);
    });
  let at: State = { h: numbersOf(h0), c: numbersOf(c0) };
  const expected: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const weights: Weights = {
      x: (block, x) => product("weight_ih_l0", block, x),
      h: (block, h) => product("weight_hh_l0", block, h),
      b: (block) => add(part(entries("bias_ih_l0"), block), part(entries("bias_hh_l0"), block)),
      entries,
      step,
    };
    at = equations(weights, numbersOf(xs).slice(step * INPUT, (step + 1) * INPUT), at);
    expected.push(...at.h);
  }
  const last = [...numbersOf(state.h), ...(state.c ? numbersOf(state.c) : [])];
  return {
    layer,
    actual: [...numbersOf(outputs), ...last],
    expected: [...expected, ...at.h, ...(state.c ? at.c : [])],
  };
}

function expectClose({ actual, expected }: { actual: Vector; expected: Vector }): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((entry, index) => {
    expect(Math.abs(entry - expected[index]), `entry ${index}`).toBeLessThan(1e-12);
  });
}

test.each(rows)("%s, %s", (_, kind, options, equations) => {
  expectClose(both(kind, options, equations));
});

/** The masks that a place draws first. */
const firstCounter = (place: DropoutPlace) => ({ ...place.state()!, draw: 0 });

describe("zoneout (Krueger et al. 2017)", () => {
  const [keepH, keepC] = [0.4, 0.3];
  const options = { zoneout: { h: keepH, c: keepC } };
  /** s′ = s + m∘(s̃ − s), h̃ being made from the c̃ of the step. */
  const zoned =
    (masks: (state: "h" | "c", step: number) => Vector): Equations =>
    (w, x, before) => {
      const made = lstm({})(w, x, before);
      const mix = (name: "h" | "c") =>
        zip((s, sMade, m) => s + m * (sMade - s), before[name], made[name], masks(name, w.step));
      return { h: mix("h"), c: mix("c") };
    };

  test("keeps each unit or renews it while training", () => {
    const { layer } = both("LSTM", options, lstm({}));
    const drawn = {
      h: zoneoutMasks(reference, [STEPS, 1, HIDDEN], keepH, firstCounter(layer.kept[0][0])),
      c: zoneoutMasks(reference, [STEPS, 1, HIDDEN], keepC, firstCounter(layer.kept[1][0])),
    };
    const numbers = { h: numbersOf(drawn.h.masks), c: numbersOf(drawn.c.masks) };
    expect(new Set([...numbers.h, ...numbers.c].map((entry) => Math.round(entry * 1e9) / 1e9))).toEqual(
      new Set([0, 1]),
    );
    const masks = (name: "h" | "c", step: number) => numbers[name].slice(step * HIDDEN, (step + 1) * HIDDEN);
    expectClose(both("LSTM", options, zoned(masks)));
  });

  test("takes the average when evaluating", () => {
    const masks = (name: "h" | "c") => Array(HIDDEN).fill(1 - (name === "h" ? keepH : keepC));
    expectClose(both("LSTM", options, zoned(masks), false));
  });
});

test.each([
  ["LSTM", {}, lstm({})],
  ["GRU", { resetAfter: false }, gruBefore],
] as const)(
  "recurrent dropout of an %s: one mask for the h that all steps read (Gal & Ghahramani 2016)",
  (kind, more, equations) => {
    const options = { recurrentDropout: 0.5, ...more };
    const { layer } = both(kind, options, equations);
    const ones = tensor(reference, Array(HIDDEN).fill(1), [1, HIDDEN]);
    const mask = numbersOf(dropoutWith(ones, 0.5, firstCounter(layer.recurrentStates[0]), { locked: true }));
    expect(new Set(mask)).toEqual(new Set([0, 2]));
    // The products read dropped h; what a GRU carries along with z does not.
    const dropped: Equations = (w, x, state) =>
      equations({ ...w, h: (block, h) => w.h(block, times(h, mask)) }, x, state);
    expectClose(both(kind, options, dropped));
    expectClose(both(kind, options, equations, false));
  },
);

test("an activation that ONNX does not name, and numbers that are none, are errors", () => {
  const triples = (activation: unknown) => () =>
    activationTriples(reference, "RNN", [activation as Activation], 1);
  expect(triples("gelu")).toThrow('RNN: activation is "gelu", needed tanh, relu, sigmoid');
  expect(triples({ name: "elu", alpha: Number.NaN })).toThrow("RNN: elu has alpha NaN");
});
