import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";

const BOUND = 0.1;

/**
 * The scores that a linear-chain CRF of K tags has beside its emissions (Lafferty, McCallum & Pereira 2001): `transitions` [K, K] from the
 * row's tag to the column's, `start` and `end` [K], drawn evenly from ±0.1. `crfLoss` and `crfMarginals` take the module itself.
 *
 * @throws UnrolledError "invalid-argument" for a number of tags below 1
 */
export class Crf extends Module {
  readonly transitions: Parameter;
  readonly start: Parameter;
  readonly end: Parameter;

  constructor(
    device: Device,
    { tags, generator = device.generator }: { readonly tags: number; readonly generator?: Generator },
  ) {
    super();
    requireSize("Crf", "tags", tags);
    this.transitions = uniformParameter(device, [tags, tags], BOUND, generator);
    this.start = uniformParameter(device, [tags], BOUND, generator);
    this.end = uniformParameter(device, [tags], BOUND, generator);
  }
}
