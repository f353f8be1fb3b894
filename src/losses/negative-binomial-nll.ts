import type { Generator } from "../random/philox.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Likelihood, likelihoodLoss, sigmoid, softplus } from "./likelihood.ts";
import { digamma, logGamma } from "./log-gamma.ts";
import { drawnGamma } from "./student-t-nll.ts";

const LEAST = 1e-6;

/**
 * m and a, with the mean μ = scale · softplus(m) and the shape α = softplus(a) / √scale: the variance is μ + α·μ² (Salinas et al.
 * 2017, "DeepAR", section 3.1). `scale` is that of the series.
 */
export function negativeBinomial(scale = 1): Likelihood {
  const told = (numbers: ArrayLike<number>, at: number) => ({
    mu: scale * softplus(numbers[at]) + LEAST,
    alpha: softplus(numbers[at + 1]) / Math.sqrt(scale) + LEAST,
  });
  return {
    parameters: 2,
    targets: 1,

    loss(numbers, at, targets, from, gradient) {
      const { mu, alpha } = told(numbers, at);
      const target = targets[from];
      const r = 1 / alpha;
      const both = 1 + alpha * mu;
      const slope = (target - mu) / (mu * both);
      gradient[at] = -slope * scale * sigmoid(numbers[at]);
      const byShape =
        r * r * (Math.log(both) - digamma(target + r) + digamma(r)) + (target - mu) / (alpha * both);
      gradient[at + 1] = (-byShape * sigmoid(numbers[at + 1])) / Math.sqrt(scale);
      return (
        logGamma(target + 1) +
        logGamma(r) -
        logGamma(target + r) +
        r * Math.log(both) -
        target * Math.log((alpha * mu) / both)
      );
    },

    draw(numbers, at, generator) {
      const { mu, alpha } = told(numbers, at);
      return [drawnPoisson(alpha * mu * drawnGamma(1 / alpha, generator), generator)];
    },

    mean: (numbers, at) => [told(numbers, at).mu],
  };
}

/** A number from the Poisson distribution: counted for small means (Knuth 1969), from halves of it for large ones (Ahrens & Dieter 1974). */
function drawnPoisson(mean: number, generator: Generator): number {
  let [rest, count] = [mean, 0];
  while (rest > 30) {
    const whole = Math.floor((7 * rest) / 8);
    const time = drawnGamma(whole, generator);
    if (time >= rest) {
      let hits = 0;
      for (let each = 0; each < whole - 1; each++) if (generator.uniform() < rest / time) hits += 1;
      return count + hits;
    }
    rest -= time;
    count += whole;
  }
  let product = 1 - generator.uniform();
  const least = Math.exp(-rest);
  while (product > least) {
    product *= 1 - generator.uniform();
    count += 1;
  }
  return count;
}

/**
 * −log of the negative binomial probability, the mean over all targets in nats, shape [1]. parameters [..., 2] are m and a, with the
 * mean μ = softplus(m) and the shape α = softplus(a), each + 10⁻⁶: the variance is μ + α·μ² (Salinas et al. 2017). targets [...] are
 * counts, in which NaN is missing.
 *
 * @throws UnrolledError "shape-mismatch" for parameters or targets of another shape
 */
export function negativeBinomialNLL(parameters: Tensor, targets: Tensor): Tensor {
  return likelihoodLoss("negativeBinomialNLL", negativeBinomial(), parameters, targets);
}
