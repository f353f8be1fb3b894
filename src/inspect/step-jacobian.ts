// How the state after a step depends on the state before it, the input being what it was: J = ∂state′/∂state, in the letters of the
// cells. W are the blocks of W_hh, diagonal matrices are written as vectors.
//   Elman  J = f′∘W                                     f′ = 1 − h′², or 1 where a ReLU passes
//   GRU    J = diag(z) + (h − n)∘z(1−z)∘W_z + (1−z)∘(1−n²)∘(r∘W_n + (W_n h + b_n)∘r(1−r)∘W_r)
//   LSTM   ∂c′/∂c = diag(f)       ∂c′/∂h = c∘f(1−f)∘W_f + g∘i(1−i)∘W_i + i∘(1−g²)∘W_g
//          ∂h′/∂· = o∘(1 − tanh²c′)∘∂c′/∂· + tanh(c′)∘o(1−o)∘W_o (with respect to h alone)
// The state of an LSTM is [h; c].
import { UnrolledError } from "../errors.ts";
import { stateNames } from "./gate-names.ts";
import type { LayerTrace } from "./trace.ts";

/** The recurrent weights of a layer, PyTorch's layout: W_hh [G·H, H], and b_hh [G·H] where there is one. */
export interface RecurrentWeights {
  readonly weightHh: ArrayLike<number>;
  readonly biasHh: ArrayLike<number> | undefined;
  /** Of an Elman cell. */
  readonly nonlinearity: "tanh" | "relu";
}

/** Width of a layer's state: H, or 2H for an LSTM. */
export function stateWidth({ cell, hiddenSize }: Pick<LayerTrace, "cell" | "hiddenSize">): number {
  return stateNames(cell).length * hiddenSize;
}

/** The Jacobian of step t of a trace, [n, n] row-major with n the width of the state. */
export function stepJacobian(layer: LayerTrace, t: number, weights: RecurrentWeights): Float64Array {
  switch (layer.cell) {
    case "elman":
      return elmanJacobian(layer, t, weights);
    case "gru":
      return gruJacobian(layer, t, weights);
    case "lstm":
      return lstmJacobian(layer, t, weights);
    default:
      throw new UnrolledError(
        "invalid-argument",
        `stepJacobian: cell is ${layer.cell}, needed elman, gru or lstm`,
      );
  }
}

function elmanJacobian(
  { h, hiddenSize: H }: LayerTrace,
  t: number,
  { weightHh, nonlinearity }: RecurrentWeights,
): Float64Array {
  const jacobian = new Float64Array(H * H);
  for (let i = 0; i < H; i++) {
    const y = h[(t + 1) * H + i];
    const slope = nonlinearity === "tanh" ? 1 - y * y : y > 0 ? 1 : 0;
    for (let j = 0; j < H; j++) jacobian[i * H + j] = slope * weightHh[i * H + j];
  }
  return jacobian;
}

function gruJacobian(
  { h, gates, hiddenSize: H }: LayerTrace,
  t: number,
  { weightHh, biasHh }: RecurrentWeights,
): Float64Array {
  const { r: rs, z: zs, n: ns } = gates as Readonly<Record<"r" | "z" | "n", Float32Array>>;
  const jacobian = new Float64Array(H * H);
  for (let i = 0; i < H; i++) {
    const [r, z, n, before] = [rs[t * H + i], zs[t * H + i], ns[t * H + i], h[t * H + i]];
    const [ofReset, ofUpdate, ofCandidate] = [i * H, (H + i) * H, (2 * H + i) * H];
    let product = biasHh?.[2 * H + i] ?? 0;
    for (let j = 0; j < H; j++) product += weightHh[ofCandidate + j] * h[t * H + j];
    const update = (before - n) * z * (1 - z);
    const candidate = (1 - z) * (1 - n * n);
    const reset = candidate * product * r * (1 - r);
    for (let j = 0; j < H; j++) {
      jacobian[i * H + j] =
        update * weightHh[ofUpdate + j] +
        candidate * r * weightHh[ofCandidate + j] +
        reset * weightHh[ofReset + j];
    }
    jacobian[i * H + i] += z;
  }
  return jacobian;
}

function lstmJacobian(
  { c, gates, hiddenSize: H }: LayerTrace,
  t: number,
  { weightHh }: RecurrentWeights,
): Float64Array {
  const { i: is, f: fs, g: gs, o: os } = gates as Readonly<Record<"i" | "f" | "g" | "o", Float32Array>>;
  const cs = c as Float32Array;
  const n = 2 * H;
  const jacobian = new Float64Array(n * n);
  for (let unit = 0; unit < H; unit++) {
    const place = t * H + unit;
    const [i, f, g, o] = [is[place], fs[place], gs[place], os[place]];
    const squashed = Math.tanh(cs[place + H]);
    const [input, forget] = [g * i * (1 - i), cs[place] * f * (1 - f)];
    const candidate = i * (1 - g * g);
    const output = squashed * o * (1 - o);
    const through = o * (1 - squashed * squashed);
    for (let j = 0; j < H; j++) {
      const ofC =
        input * weightHh[unit * H + j] +
        forget * weightHh[(H + unit) * H + j] +
        candidate * weightHh[(2 * H + unit) * H + j];
      jacobian[(H + unit) * n + j] = ofC;
      jacobian[unit * n + j] = through * ofC + output * weightHh[(3 * H + unit) * H + j];
    }
    jacobian[(H + unit) * n + H + unit] = f;
    jacobian[unit * n + H + unit] = through * f;
  }
  return jacobian;
}
