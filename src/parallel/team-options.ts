import type { OptimiserConfig } from "../optimisers/create.ts";

/** How a team trains. */
export interface TeamOptions {
  /** B: sequences in a batch; later batches may be smaller where no state is carried. */
  readonly batchSize: number;
  /** Over the parameters that the replica has not frozen. */
  readonly optimiser: OptimiserConfig;
  /** Threads, this one included; all cores if not given. A replica that cannot travel trains on one. */
  readonly threads?: number;
  /** Seconds after which a thread that has not joined counts as dead; 60 if not given. */
  readonly startSeconds?: number;
}

/** How a team makes a step. */
export interface TeamStepOptions {
  /** The optimiser's own if not given. */
  readonly learningRate?: number;
  /** What the norm of the gradients is clipped to (Pascanu, Mikolov & Bengio 2013); not clipped if not given. */
  readonly maxNorm?: number;
}
