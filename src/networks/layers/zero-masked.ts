import { multiply } from "../../tensor/operations/arithmetic.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed, keptSteps } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** Zero where a step of [B, T, …] does not count. */
export interface ZeroMaskedLayerConfig {
  readonly kind: "zero-masked";
}

export const zeroMasked: LayerKind<ZeroMaskedLayerConfig, undefined> = {
  fields: { needed: {} },

  isStepwise: true,

  shape: (_, [{ axes }]) => (axes.length >= 2 ? floats(axes) : mismatch(axes, "[B, T, ...]")),

  // A stream has no padding, so that its step is what it reads.
  apply({ values: [value] }) {
    const { tensor: xs, lengths, mask } = value;
    if (!lengths && !mask) return { value };
    const [batch, steps, ...rest] = xs.shape;
    const kept = Float32Array.from(keptSteps(value, batch, steps));
    return changed(value, multiply(xs, tensor(xs.device, kept, [batch, steps, ...rest.map(() => 1)])));
  },
};
