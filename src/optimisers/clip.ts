import { UnrolledError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Scales all gradients down so that their norm, taken over all entries of all parameters together, is at most `maxNorm` (Pascanu,
 * Mikolov & Bengio 2013). Returns the norm before. A norm that is not finite leaves the gradients as they are.
 *
 * @throws UnrolledError "invalid-argument" unless maxNorm is above 0
 */
export function clipGradNorm(parameters: readonly Tensor[], maxNorm: number): number {
  if (!(maxNorm > 0)) {
    throw new UnrolledError("invalid-argument", {
      call: "clipGradNorm",
      subject: "maxNorm",
      got: `${maxNorm}`,
      needed: "more than 0",
    });
  }
  let squares = 0;
  for (const parameter of parameters) {
    const gradient = parameter.arrivedGradient();
    if (gradient) squares += parameter.device.kernels.sumOfSquares(gradient, parameter.size);
  }
  const norm = Math.sqrt(squares);
  const scale = clipScale(norm, maxNorm);
  if (scale !== 1) {
    for (const parameter of parameters) {
      const gradient = parameter.arrivedGradient();
      if (gradient) parameter.device.kernels.scale(gradient, scale, parameter.size);
    }
  }
  return norm;
}

/** What gradients of this norm are multiplied with, so that their norm is at most `maxNorm`; 1 for a norm that is not finite. */
export function clipScale(norm: number, maxNorm: number): number {
  return norm > maxNorm && Number.isFinite(norm) ? maxNorm / norm : 1;
}
