import type { Memory } from "./memory.ts";

/** What an activation gives for a sum, and its slope where it gave y. */
interface ActivationFunction {
  readonly value: (x: number, alpha: number, beta: number) => number;
  readonly slope: (y: number, alpha: number, beta: number) => number;
}

/** By code: the activations that ONNX names for recurrent cells. Each slope follows from the result alone. */
const activationFunctions: readonly ActivationFunction[] = [
  /* tanh */ { value: Math.tanh, slope: (y) => 1 - y * y },
  /* relu */ { value: (x) => Math.max(x, 0), slope: (y) => (y > 0 ? 1 : 0) },
  /* sigmoid */ { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  /* affine */ { value: (x, alpha, beta) => alpha * x + beta, slope: (_, alpha) => alpha },
  /* leaky relu */ {
    value: (x, alpha) => (x < 0 ? alpha * x : x),
    slope: (y, alpha) => (y > 0 ? 1 : alpha),
  },
  /* thresholded relu */ {
    value: (x, alpha) => (x < alpha ? 0 : x),
    slope: (y) => (y !== 0 ? 1 : 0),
  },
  /* scaled tanh */ {
    value: (x, alpha, beta) => alpha * Math.tanh(beta * x),
    slope: (y, alpha, beta) => (alpha === 0 ? 0 : alpha * beta * (1 - (y / alpha) ** 2)),
  },
  /* hard sigmoid */ {
    value: (x, alpha, beta) => Math.max(0, Math.min(1, alpha * x + beta)),
    slope: (y, alpha) => (y > 0 && y < 1 ? alpha : 0),
  },
  /* elu */ {
    value: (x, alpha) => (x < 0 ? alpha * Math.expm1(x) : x),
    slope: (y, alpha) => (y > 0 ? 1 : y + alpha),
  },
  /* softsign */ { value: (x) => x / (1 + Math.abs(x)), slope: (y) => (1 - Math.abs(y)) ** 2 },
  /* softplus */ {
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (y) => -Math.expm1(-y),
  },
];

/** An activation as a cell uses it: its argument bounded first, no slope where the bound was reached. */
export interface BoundActivation {
  value(x: number): number;
  slope(y: number): number;
}

/** The triple [code, alpha, beta] at that index of `activations`, its argument between ±gateClip where that is above 0. */
export function activationAt(
  memory: Memory,
  activations: number,
  index: number,
  gateClip: number,
): BoundActivation {
  const [code, alpha, beta] = memory.floats().subarray(activations + 3 * index, activations + 3 * index + 3);
  return boundActivation({ code, alpha, beta }, gateClip);
}

/** An activation by its code and numbers, its argument between ±gateClip where that is above 0. */
export function boundActivation(
  { code, alpha, beta }: { readonly code: number; readonly alpha: number; readonly beta: number },
  gateClip: number,
): BoundActivation {
  const { value, slope } = activationFunctions[code];
  if (!(gateClip > 0)) {
    return { value: (x) => value(x, alpha, beta), slope: (y) => slope(y, alpha, beta) };
  }
  const [atLower, atUpper] = [value(-gateClip, alpha, beta), value(gateClip, alpha, beta)];
  return {
    value: (x) => value(within(x, gateClip), alpha, beta),
    slope: (y) => (y === atLower || y === atUpper ? 0 : slope(y, alpha, beta)),
  };
}

export const usualTanh = boundActivation({ code: 0, alpha: 0, beta: 0 }, 0);
export const usualSigmoid = boundActivation({ code: 2, alpha: 0, beta: 0 }, 0);

/** x between ±limit; as it is where the limit is 0. */
export function within(x: number, limit: number): number {
  return limit > 0 ? Math.max(-limit, Math.min(limit, x)) : x;
}
