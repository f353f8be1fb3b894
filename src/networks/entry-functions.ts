// Functions of one number that layers named "activation" apply entry by entry, and their slopes. y is f(x), α a number that
// some of them have.
//   elu: x, or α(eˣ − 1) below 0 (Clevert, Unterthiner & Hochreiter 2016)   selu: λ·elu (Klambauer et al. 2017)
//   gelu: x·Φ(x), Φ being the normal distribution (Hendrycks & Gimpel 2016)   silu: x·σ(x) (Elfwing, Uchibe & Doya 2018)
//   hard-sigmoid: αx + 0.5, cut to 0 … 1   softplus: ln(1 + eˣ)   softsign: x / (1 + |x|)
//   clipped-relu: x, cut to 0 … α   celu: x, or α(e^(x/α) − 1) below 0 (Barron 2017)   gelu-tanh: gelu by tanh, as its authors abbreviate it
//   hard-silu: x·(x/6 + 0.5, cut to 0 … 1) (Howard et al. 2019)   hard-tanh: x, cut to −1 … 1   tanh-shrink: x − tanh x
//   hard-shrink: 0 for |x| ≤ α, else x   soft-shrink: x moved by α towards 0, and not beyond   log-sigmoid: ln σ(x)
//   mish: x·tanh(softplus x) (Misra 2020)   squareplus: (x + √(x² + α)) / 2 (Barron 2021)   sparse-plus: 0 below −1, x above 1, (x + 1)²/4
//   between (Peters, Niculae & Martins 2019)

/** A function of Keras or PyTorch that is applied entry by entry, or for softmax along the last axis. */
export type ActivationLayerName =
  | "relu"
  | "leaky-relu"
  | "elu"
  | "selu"
  | "gelu"
  | "silu"
  | "tanh"
  | "sigmoid"
  | "hard-sigmoid"
  | "softplus"
  | "softsign"
  | "exponential"
  | "clipped-relu"
  | "celu"
  | "gelu-tanh"
  | "hard-silu"
  | "hard-tanh"
  | "hard-shrink"
  | "soft-shrink"
  | "tanh-shrink"
  | "log-sigmoid"
  | "mish"
  | "squareplus"
  | "sparse-plus"
  | "softmax"
  | "log-softmax";

/** Functions that act on each entry by itself, unlike softmax. */
export type EntryFunctionName = Exclude<ActivationLayerName, "softmax" | "log-softmax">;

/** A function of one number and its slope. */
export interface EntryFunction {
  value(x: number, alpha: number): number;
  slope(x: number, y: number, alpha: number): number;
}

/** The factor of x³ in the short form of GELU (Hendrycks & Gimpel 2016). */
export const GELU_CUBE = 0.044715;
const SELU_ALPHA = 1.6732632423543772;
/** λ of selu. */
export const SELU_LAMBDA = 1.0507009873554805;

/** α where a configuration gives none: that of ONNX for leaky ReLU and hard sigmoid, that of Keras for the others. */
export function alphaOf(activation: ActivationLayerName, alpha: number | undefined): number {
  if (alpha !== undefined) return alpha;
  switch (activation) {
    case "leaky-relu":
      return 0.01;
    case "hard-sigmoid":
      return 0.2;
    case "selu":
      return SELU_ALPHA;
    case "clipped-relu":
      return 6;
    case "hard-shrink":
    case "soft-shrink":
      return 0.5;
    case "squareplus":
      return 4;
    default:
      return 1;
  }
}

const WITH_ALPHA: ReadonlySet<ActivationLayerName> = new Set([
  "leaky-relu",
  "elu",
  "hard-sigmoid",
  "clipped-relu",
  "celu",
  "hard-shrink",
  "soft-shrink",
  "squareplus",
]);

/** Whether a configuration may give α. */
export function hasAlpha(activation: ActivationLayerName): boolean {
  return WITH_ALPHA.has(activation);
}

/** All of them by name. */
export const entryFunctions: Readonly<Record<EntryFunctionName, EntryFunction>> = {
  relu: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  "leaky-relu": { value: (x, alpha) => (x > 0 ? x : alpha * x), slope: (x, _, alpha) => (x > 0 ? 1 : alpha) },
  elu: {
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    slope: (x, y, alpha) => (x > 0 ? 1 : y + alpha),
  },
  selu: {
    value: (x) => SELU_LAMBDA * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    slope: (x, y) => (x > 0 ? SELU_LAMBDA : y + SELU_LAMBDA * SELU_ALPHA),
  },
  gelu: { value: (x) => x * normalBelow(x), slope: (x) => normalBelow(x) + x * normalDensity(x) },
  silu: {
    value: (x) => x * logistic(x),
    slope: (x, y) => y + logistic(x) * (1 - y),
  },
  tanh: { value: (x) => Math.tanh(x), slope: (_, y) => 1 - y * y },
  sigmoid: { value: (x) => logistic(x), slope: (_, y) => y * (1 - y) },
  "hard-sigmoid": {
    value: (x, alpha) => Math.min(Math.max(alpha * x + 0.5, 0), 1),
    slope: (_, y, alpha) => (y > 0 && y < 1 ? alpha : 0),
  },
  softplus: {
    value: softplus,
    slope: (x) => logistic(x),
  },
  softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (_, y) => (1 - Math.abs(y)) ** 2 },
  exponential: { value: (x) => Math.exp(x), slope: (_, y) => y },
  "clipped-relu": {
    value: (x, alpha) => Math.min(Math.max(x, 0), alpha),
    slope: (_, y, alpha) => (y > 0 && y < alpha ? 1 : 0),
  },
  celu: {
    value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    slope: (x, y, alpha) => (x > 0 ? 1 : y / alpha + 1),
  },
  "gelu-tanh": { value: (x) => 0.5 * x * (1 + Math.tanh(geluInside(x))), slope: geluTanhSlope },
  "hard-silu": {
    value: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
  "hard-tanh": { value: (x) => Math.min(Math.max(x, -1), 1), slope: (_, y) => (y > -1 && y < 1 ? 1 : 0) },
  "hard-shrink": {
    value: (x, alpha) => (Math.abs(x) > alpha ? x : 0),
    slope: (x, _, alpha) => (Math.abs(x) > alpha ? 1 : 0),
  },
  "soft-shrink": {
    value: (x, alpha) => Math.sign(x) * Math.max(Math.abs(x) - alpha, 0),
    slope: (_, y) => (y === 0 ? 0 : 1),
  },
  "tanh-shrink": { value: (x) => x - Math.tanh(x), slope: (x) => Math.tanh(x) ** 2 },
  "log-sigmoid": {
    value: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x) => logistic(-x),
  },
  mish: { value: (x) => x * Math.tanh(softplus(x)), slope: mishSlope },
  squareplus: {
    value: (x, alpha) => 0.5 * (x + Math.sqrt(x * x + alpha)),
    slope: (x, _, alpha) => 0.5 * (1 + x / Math.sqrt(x * x + alpha)),
  },
  "sparse-plus": {
    value: (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
    slope: (x) => Math.min(Math.max((x + 1) / 2, 0), 1),
  },
};

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function mishSlope(x: number): number {
  const squashed = Math.tanh(softplus(x));
  return squashed + x * (1 - squashed * squashed) * logistic(x);
}

/** √(2/π)·(x + 0.044715x³). */
function geluInside(x: number): number {
  return Math.sqrt(2 / Math.PI) * (x + GELU_CUBE * x ** 3);
}

function geluTanhSlope(x: number): number {
  const squashed = Math.tanh(geluInside(x));
  const inner = Math.sqrt(2 / Math.PI) * (1 + 3 * GELU_CUBE * x * x);
  return 0.5 * (1 + squashed) + 0.5 * x * (1 - squashed * squashed) * inner;
}

function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Φ(x), the probability of a normal number below x, from the complementary error function. */
function normalBelow(x: number): number {
  const upper = 0.5 * errorFunctionComplement(Math.abs(x) / Math.SQRT2);
  return x < 0 ? upper : 1 - upper;
}

/** erfc(z) for z ≥ 0: the series of erf where it is short, and the continued fraction beyond (Abramowitz & Stegun 1964, 7.1.5, 7.1.14). */
function errorFunctionComplement(z: number): number {
  if (z > 27) return 0;
  if (z < 2) {
    let term = z;
    let sum = z;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = z;
  for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
