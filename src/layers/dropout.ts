import { DropoutPlace } from "../module/dropout-place.ts";
import { Module, requireShare } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Drops entries while training, with probability `probability`, and scales the rest up (Srivastava et al. 2014). */
export class Dropout extends Module {
  readonly probability: number;
  /** Whether all steps of a sequence share one mask (Gal & Ghahramani 2016). */
  readonly locked: boolean;
  readonly place: DropoutPlace;

  constructor(
    probability: number,
    options: { readonly generator?: Generator; readonly locked?: boolean } = {},
  ) {
    super();
    requireShare("Dropout", "probability", probability);
    this.probability = probability;
    this.locked = options.locked ?? false;
    this.place = new DropoutPlace(options.generator);
  }

  /** xs [T, B, …] or x [B, …], same shape out; unchanged when not training. */
  forward(xs: Tensor): Tensor {
    if (!this.training) return xs;
    const counter = this.place.next(xs.device.generator);
    return dropoutWith(xs, this.probability, counter, { locked: this.locked });
  }
}
