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
  if (norm > maxNorm && Number.isFinite(norm)) {
    for (const parameter of parameters) {
      const gradient = parameter.arrivedGradient();
      if (gradient) parameter.device.kernels.scale(gradient, maxNorm / norm, parameter.size);
    }
  }
  return norm;
}
