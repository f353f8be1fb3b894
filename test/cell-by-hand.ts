// One step of each cell in plain float64 numbers, written from the equations in the papers and in nothing but loops, to hold others to.
import type { Activation } from "unrolled/nn";

type Row = Float64Array;

/** Options that change what a step computes, as recurrent layers have them. */
export interface HandOptions {
  readonly nonlinearity?: Activation | undefined;
  readonly activations?: readonly Activation[] | undefined;
  readonly resetAfter?: boolean | undefined;
  readonly peepholes?: boolean | undefined;
  readonly coupled?: boolean | undefined;
  readonly layerNorm?: boolean | undefined;
  readonly cellClip?: number | undefined;
  readonly gateClip?: number | undefined;
  readonly projectionSize?: number | undefined;
  readonly zoneout?: Readonly<Record<string, number | undefined>> | undefined;
}

/** Weights by their keys, `weightIh` [G·H, I]. */
export type HandWeights = Readonly<Record<string, ArrayLike<number> | undefined>>;

/** What a step has made: gates after their activations, and states. */
export interface HandStep {
  readonly gates: Readonly<Record<string, Row>>;
  readonly states: Readonly<Record<string, Row>>;
}

/** May change a quantity as soon as it is there, before anything is made of it. */
export type Change = (name: string, numbers: Row) => void;

export function stepByHand(
  kind: string,
  options: HandOptions,
  weights: HandWeights,
  x: ArrayLike<number>,
  before: Readonly<Record<string, Row>>,
  change: Change = () => {},
): HandStep {
  const { gateClip = 0, cellClip = 0, zoneout = {}, projectionSize } = options;
  const [h, c] = [before.h, before.c];
  const blocks = kind === "rnn" ? 1 : kind === "gru" || options.coupled ? 3 : kind === "lstm" ? 4 : 2;
  const H = weights.weightIh!.length / x.length / blocks;
  const each = (make: (u: number) => number) => Float64Array.from({ length: H }, (_, u) => make(u));
  const product = (key: string, by: ArrayLike<number>, row: number) => {
    let sum = 0;
    for (let k = 0; k < by.length; k++) sum += weights[key]![row * by.length + k] * by[k];
    return sum;
  };
  const all = (key: string, by: ArrayLike<number>) =>
    Float64Array.from({ length: blocks * H }, (_, row) => product(key, by, row));
  const normed = (numbers: Row, gain: string, bias: string | undefined) => {
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
    return numbers.map(
      (value, row) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * weights[gain]![row] +
        (bias ? (weights[bias]?.[row] ?? 0) : 0),
    );
  };
  let [ofX, ofH] = [all("weightIh", x), all("weightHh", h)];
  if (options.layerNorm) {
    [ofX, ofH] = [normed(ofX, "normIh", "biasIh"), normed(ofH, "normHh", "biasHh")];
  } else {
    ofX = ofX.map((value, row) => value + (weights.biasIh?.[row] ?? 0));
    ofH = ofH.map((value, row) => value + (weights.biasHh?.[row] ?? 0));
  }
  const bounded = (value: number, limit: number) =>
    limit > 0 ? Math.max(-limit, Math.min(limit, value)) : value;
  const made: Record<string, Row> = {};
  const gate = (name: string, activation: Activation, sum: (u: number) => number) => {
    made[name] = each((u) => apply(activation, bounded(sum(u), gateClip)));
    change(name, made[name]);
    return made[name];
  };
  const sumOf = (block: number) => (u: number) => ofX[block * H + u] + ofH[block * H + u];
  const states: Record<string, Row> = {};
  /** What the cell makes of a state: changed at once, unless projection or zoneout come behind. */
  const state = (name: string, numbers: Row) => {
    const isLast = !zoneout[name] && !(name === "h" && projectionSize);
    if (isLast) change(name, numbers);
    states[name] = numbers;
    return numbers;
  };
  if (kind === "rnn") {
    const { nonlinearity = "tanh" } = options;
    state(
      "h",
      each((u) => apply(nonlinearity, bounded(sumOf(0)(u), gateClip))),
    );
  } else if (kind === "lstm") {
    const [sigmoid, tanh, out] = options.activations ?? ["sigmoid", "tanh", "tanh"];
    const hole = (block: number, of: Row) => (u: number) =>
      options.peepholes ? weights.weightCh![block * H + u] * of[u] : 0;
    const i = gate("i", sigmoid, (u) => sumOf(0)(u) + hole(0, c)(u));
    const f = options.coupled
      ? i.map((entry) => 1 - entry)
      : gate("f", sigmoid, (u) => sumOf(1)(u) + hole(1, c)(u));
    const [ofG, ofO, holeO] = options.coupled ? [1, 2, 1] : [2, 3, 2];
    const g = gate("g", tanh, sumOf(ofG));
    const cMade = state(
      "c",
      each((u) => bounded(f[u] * c[u] + i[u] * g[u], cellClip)),
    );
    const o = gate("o", sigmoid, (u) => sumOf(ofO)(u) + hole(holeO, cMade)(u));
    const cOut = options.layerNorm ? normed(cMade, "normC", "normCBias") : cMade;
    state(
      "h",
      each((u) => o[u] * apply(out, cOut[u])),
    );
  } else if (kind === "gru" || kind === "mgu") {
    const [sigmoid, tanh] = options.activations ?? ["sigmoid", "tanh"];
    const reset = gate(kind === "gru" ? "r" : "f", sigmoid, sumOf(0));
    const z = kind === "gru" ? gate("z", sigmoid, sumOf(1)) : reset.map((entry) => 1 - entry);
    const last = blocks - 1;
    const gated = h.map((entry, u) => reset[u] * entry);
    const isAfter = kind === "gru" && (options.resetAfter ?? true);
    const n = gate("n", tanh, (u) => {
      const row = last * H + u;
      return (
        ofX[row] +
        (isAfter ? reset[u] * ofH[row] : product("weightHh", gated, row) + (weights.biasHh?.[row] ?? 0))
      );
    });
    state(
      "h",
      each((u) => (1 - z[u]) * n[u] + z[u] * h[u]),
    );
  } else {
    const g = gate("g", "sigmoid", sumOf(0));
    const n = gate("n", "tanh", sumOf(1));
    state(
      "h",
      each((u) => g[u] * h[u] + (1 - g[u]) * n[u]),
    );
  }
  if (projectionSize)
    states.h = Float64Array.from({ length: projectionSize }, (_, row) => product("weightHr", states.h, row));
  for (const [name, share] of Object.entries(zoneout))
    if (share) states[name] = states[name].map((entry, u) => share * before[name][u] + (1 - share) * entry);
  for (const name of Object.keys(states))
    if (zoneout[name] || (name === "h" && projectionSize)) change(name, states[name]);
  return { gates: made, states };
}

function apply(activation: Activation, x: number): number {
  const { name, alpha = 0, beta = 0 } = typeof activation === "string" ? { name: activation } : activation;
  switch (name) {
    case "tanh":
      return Math.tanh(x);
    case "relu":
      return Math.max(0, x);
    case "sigmoid":
      return 1 / (1 + Math.exp(-x));
    case "affine":
      return alpha * x + beta;
    case "leaky-relu":
      return x < 0 ? alpha * x : x;
    case "thresholded-relu":
      return x < alpha ? 0 : x;
    case "scaled-tanh":
      return alpha * Math.tanh(beta * x);
    case "hard-sigmoid":
      return typeof activation === "string"
        ? Math.max(0, Math.min(1, 0.2 * x + 0.5))
        : Math.max(0, Math.min(1, alpha * x + beta));
    case "elu":
      return x < 0 ? alpha * (Math.exp(x) - 1) : x;
    case "softsign":
      return x / (1 + Math.abs(x));
    case "softplus":
      return Math.log(1 + Math.exp(x));
  }
}
