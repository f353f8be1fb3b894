import { type Likelihood, sigmoid, softplus } from "./likelihood.ts";

/** F numbers that are 0 or 1, each by itself: logits, with the probability σ(logit) of 1. */
export function bernoulli(width: number): Likelihood {
  return {
    parameters: width,
    targets: width,

    loss(numbers, at, targets, from, gradient) {
      let loss = 0;
      for (let each = 0; each < width; each++) {
        const [logit, target] = [numbers[at + each], targets[from + each]];
        loss += softplus(logit) - logit * target;
        gradient[at + each] = sigmoid(logit) - target;
      }
      return loss;
    },

    draw: (numbers, at, generator) =>
      Array.from({ length: width }, (_, each) => (generator.uniform() < sigmoid(numbers[at + each]) ? 1 : 0)),

    mean: (numbers, at) => Array.from({ length: width }, (_, each) => sigmoid(numbers[at + each])),
  };
}
