// One training step: gradients from zero, forward, loss, backward, a look at what came, clipping, update. Threads that share a step
// take its parts (`parallel/thread-work.ts`).

import type { Tensor } from "../tensor/tensor.ts";
import { clipGradNorm } from "./clip.ts";
import type { Optimiser } from "./optimiser.ts";

/** A forward pass. */
export interface ReadLoss<Found> {
  /** Shape [1]; undefined where there is nothing to learn from. */
  readonly loss: Tensor | undefined;
  /** What the loss counts, and with it its gradients; 1 if not given. */
  readonly weight?: number;
  /** What the step is to give back. It is called after the backward pass, while all tensors of the step are still there. */
  found(): Found;
}

/** How a step is made. */
export interface TrainingStepOptions<Found> {
  /** What the norm of all gradients together is clipped to; not clipped if not given. */
  readonly maxNorm?: number;
  /**
   * Is called between the backward pass and the update, when the gradients, clipped, are in the parameters, with their norm before.
   * If it says false, no parameter is changed.
   */
  readonly accepts?: (found: Found, gradientNorm: number) => boolean;
}

/** What a step gave. */
export interface TrainingStep<Found> {
  readonly found: Found;
  /** Euclidean norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
  /** Whether the parameters have been changed. */
  readonly isAccepted: boolean;
}

/** Forward and backward in one scope: leaves the gradients of this loss, and of no other, in the optimiser's parameters. */
export function takeGradients<Found>(optimiser: Optimiser, read: () => ReadLoss<Found>): Found {
  optimiser.zeroGrad();
  return optimiser.parameters[0].device.scope(() => {
    const { loss, weight = 1, found } = read();
    loss?.backward([weight]);
    return found();
  });
}

/**
 * One training step on this thread: sets the gradients to zero, reads, goes back, clips, and has the optimiser change its parameters. `read`
 * runs in a scope of the parameters' device, so that only what was made outside it lasts.
 *
 * @throws UnrolledError "invalid-argument" unless maxNorm is above 0; "shape-mismatch" for a loss that is not [1]
 */
export function trainingStep<Found>(
  optimiser: Optimiser,
  read: () => ReadLoss<Found>,
  { maxNorm = Number.POSITIVE_INFINITY, accepts = () => true }: TrainingStepOptions<Found> = {},
): TrainingStep<Found> {
  const found = takeGradients(optimiser, read);
  const gradientNorm = clipGradNorm(optimiser.parameters, maxNorm);
  const isAccepted = accepts(found, gradientNorm);
  if (isAccepted) optimiser.step();
  return { found, gradientNorm, isAccepted };
}
