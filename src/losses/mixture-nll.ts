import { UnrolledError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { standardNormal } from "./gaussian-nll.ts";
import { LEAST_SCALE, type Likelihood, likelihoodLoss, sigmoid, softplus } from "./likelihood.ts";

/** Numbers of each component: its weight's logarithm, two means, two scales, the correlation. */
const EACH = 6;
/** Correlations stay this far from ±1. */
const MOST_CORRELATION = 0.999;

/**
 * K normal distributions of two numbers, and whether a third is 1 (Graves 2013, "Generating sequences with recurrent neural networks",
 * equations 18 to 26): for each component π̂, μ₁, μ₂, s₁, s₂ and ρ̂, with weights softmax(π̂), deviations softplus(s) + 0.001 and the
 * correlation 0.999·tanh(ρ̂); then ê, with the probability σ(ê) that the third is 1.
 */
export function mixture(components: number): Likelihood {
  const end = EACH * components;
  return {
    parameters: end + 1,
    targets: 3,

    loss(numbers, at, targets, from, gradient) {
      const [x, y, isEnd] = [targets[from], targets[from + 1], targets[from + 2]];
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < components; k++) most = Math.max(most, numbers[at + EACH * k]);
      let weights = 0;
      for (let k = 0; k < components; k++) weights += Math.exp(numbers[at + EACH * k] - most);
      const logWeights = most + Math.log(weights);
      const logs = new Float64Array(components);
      let highest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < components; k++) {
        logs[k] = numbers[at + EACH * k] - logWeights + logDensity(numbers, at + EACH * k, x, y);
        highest = Math.max(highest, logs[k]);
      }
      let sum = 0;
      for (let k = 0; k < components; k++) sum += Math.exp(logs[k] - highest);
      const log = highest + Math.log(sum);
      for (let k = 0; k < components; k++) {
        const share = Math.exp(logs[k] - log);
        putSlopes(numbers, at + EACH * k, x, y, share, gradient);
        gradient[at + EACH * k] = Math.exp(numbers[at + EACH * k] - logWeights) - share;
      }
      const said = numbers[at + end];
      gradient[at + end] = sigmoid(said) - isEnd;
      return softplus(said) - isEnd * said - log;
    },

    draw(numbers, at, generator) {
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < components; k++) most = Math.max(most, numbers[at + EACH * k]);
      let total = 0;
      for (let k = 0; k < components; k++) total += Math.exp(numbers[at + EACH * k] - most);
      let rest = generator.uniform() * total;
      let k = 0;
      while (k < components - 1 && rest >= Math.exp(numbers[at + EACH * k] - most)) {
        rest -= Math.exp(numbers[at + EACH * k] - most);
        k += 1;
      }
      const { meanX, meanY, deviationX, deviationY, correlation } = componentOf(numbers, at + EACH * k);
      const [u, v] = [standardNormal(generator), standardNormal(generator)];
      const isEnd = generator.uniform() < sigmoid(numbers[at + end]) ? 1 : 0;
      return [
        meanX + deviationX * u,
        meanY + deviationY * (correlation * u + Math.sqrt(1 - correlation * correlation) * v),
        isEnd,
      ];
    },

    mean(numbers, at) {
      const weights = Array.from({ length: components }, (_, k) => numbers[at + EACH * k]);
      const most = Math.max(...weights);
      const shares = weights.map((weight) => Math.exp(weight - most));
      const total = shares.reduce((sum, share) => sum + share, 0);
      const of = (place: number) =>
        shares.reduce((sum, share, k) => sum + (share / total) * numbers[at + EACH * k + place], 0);
      return [of(1), of(2), sigmoid(numbers[at + end])];
    },
  };
}

function componentOf(numbers: ArrayLike<number>, at: number) {
  return {
    meanX: numbers[at + 1],
    meanY: numbers[at + 2],
    deviationX: softplus(numbers[at + 3]) + LEAST_SCALE,
    deviationY: softplus(numbers[at + 4]) + LEAST_SCALE,
    correlation: MOST_CORRELATION * Math.tanh(numbers[at + 5]),
  };
}

/** log N(x, y | component). */
function logDensity(numbers: ArrayLike<number>, at: number, x: number, y: number): number {
  const { meanX, meanY, deviationX, deviationY, correlation } = componentOf(numbers, at);
  const [u, v] = [(x - meanX) / deviationX, (y - meanY) / deviationY];
  const rest = 1 - correlation * correlation;
  const z = u * u + v * v - 2 * correlation * u * v;
  return -z / (2 * rest) - Math.log(2 * Math.PI * deviationX * deviationY) - 0.5 * Math.log(rest);
}

/** Writes the slopes of a component's means, scales and correlation, for its share of the density. */
function putSlopes(
  numbers: ArrayLike<number>,
  at: number,
  x: number,
  y: number,
  share: number,
  gradient: Float32Array | Float64Array,
): void {
  const { meanX, meanY, deviationX, deviationY, correlation } = componentOf(numbers, at);
  const [u, v] = [(x - meanX) / deviationX, (y - meanY) / deviationY];
  const rest = 1 - correlation * correlation;
  const [slopeX, slopeY] = [(u - correlation * v) / rest, (v - correlation * u) / rest];
  gradient[at + 1] = (-share * slopeX) / deviationX;
  gradient[at + 2] = (-share * slopeY) / deviationY;
  gradient[at + 3] = ((-share * (u * slopeX - 1)) / deviationX) * sigmoid(numbers[at + 3]);
  gradient[at + 4] = ((-share * (v * slopeY - 1)) / deviationY) * sigmoid(numbers[at + 4]);
  const z = u * u + v * v - 2 * correlation * u * v;
  const byCorrelation = (u * v) / rest - (correlation * z) / (rest * rest) + correlation / rest;
  const tanh = Math.tanh(numbers[at + 5]);
  gradient[at + 5] = -share * byCorrelation * MOST_CORRELATION * (1 - tanh * tanh);
}

/**
 * −log of the density of pen strokes under a mixture of K normal distributions of two numbers, with the probability that a third is 1
 * (Graves 2013, equations 18 to 26): the mean over all targets in nats, shape [1]. parameters [..., 6·K + 1] are for each component
 * π̂, μ₁, μ₂, s₁, s₂ and ρ̂ (weights softmax(π̂), deviations softplus(s) + 0.001, correlation 0.999·tanh(ρ̂)), and ê last; targets
 * [..., 3]. Where a target's first number is NaN it is missing.
 *
 * @throws UnrolledError "shape-mismatch" for parameters or targets of another shape, "invalid-argument" for less than one component
 */
export function mixtureNLL(parameters: Tensor, targets: Tensor, components: number): Tensor {
  if (!Number.isSafeInteger(components) || components < 1) {
    throw new UnrolledError("invalid-argument", {
      call: "mixtureNLL",
      subject: "components",
      got: `${components}`,
      needed: "a whole number of at least 1",
    });
  }
  return likelihoodLoss("mixtureNLL", mixture(components), parameters, targets);
}
