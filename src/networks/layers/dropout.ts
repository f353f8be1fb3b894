import { Dropout } from "../../layers/dropout.ts";
import { flag, probability } from "../../options/field-checks.ts";
import { reshape, swapAxes } from "../../tensor/operations/shapes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { floats } from "../value-shape.ts";

/** Drops entries while training (Srivastava et al. 2014). */
export interface DropoutLayerConfig {
  readonly kind: "dropout";
  readonly probability: number;
  /** Whether all steps of a sequence share one mask (Gal & Ghahramani 2016); false if not given. */
  readonly locked?: boolean;
}

export const dropout: LayerKind<DropoutLayerConfig, Dropout> = {
  fields: { needed: { probability }, optional: { locked: flag } },

  isStepwise: true,

  shape: (_, [{ axes }]) => floats(axes),

  // Without a generator: a network draws the keys of masks behind all weights.
  build: (_, { probability, locked = false }) => new Dropout(probability, { locked }),

  apply({ module, values: [value], shapes: [{ axes }] }) {
    const { tensor: xs } = value;
    const isBatchFirst = axes[0] === "B" && xs.shape.length >= 3;
    return changed(value, isBatchFirst && module.training ? ofRows(module, xs) : module.forward(xs));
  },
};

/** Of xs [B, T, …]: a sequence's mask depends on its row, however the batch is split among threads. */
function ofRows(module: Dropout, xs: Tensor): Tensor {
  if (module.locked) return swapAxes(module.forward(swapAxes(xs)));
  return reshape(module.forward(reshape(xs, [xs.shape[0], -1])), xs.shape);
}
