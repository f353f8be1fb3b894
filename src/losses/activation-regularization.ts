// Penalties on a recurrent layer's outputs over time (Merity, McCann & Socher 2017; Merity, Keskar & Socher 2018, equations 10
// and 11, with the mean over all entries as the norm, as in the authors' program):
//   activation regularisation           mean of (m∘h_t)², over the outputs after dropout
//   temporal activation regularisation  mean of (h_t − h_{t+1})², over the outputs before dropout
import { UnrolledError } from "../errors.ts";
import { subtract } from "../tensor/operations/arithmetic.ts";
import { square } from "../tensor/operations/functions.ts";
import { mean } from "../tensor/operations/reductions.ts";
import { narrow } from "../tensor/operations/shapes.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Mean of the squares of all entries of `dropped` [T, B, H], shape [1]; to be multiplied by α. */
export function activationRegularization(dropped: Tensor): Tensor {
  return mean(square(dropped));
}

/** Mean of the squares of what changes from one step of `outputs` [T, B, H] to the next, shape [1]; to be multiplied by β. 0 for one step. */
export function temporalActivationRegularization(outputs: Tensor): Tensor {
  const [steps] = outputs.shape;
  if (steps === 1) return zeros(outputs.device, [1]);
  return mean(square(subtract(narrow(outputs, 1, steps), narrow(outputs, 0, steps - 1))));
}

/** An error that names the penalty unless its factor is a finite number of at least 0. */
export function requirePenalty(argument: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new UnrolledError("invalid-argument", {
      call: "loss",
      subject: argument,
      got: `${value}`,
      needed: "a number of at least 0",
    });
  }
}
