import { Dropout } from "../../layers/dropout.ts";
import { probability } from "../../options/field-checks.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { floats } from "../value-shape.ts";

/** Drops entries while training (Srivastava et al. 2014). */
export interface DropoutLayerConfig {
  readonly kind: "dropout";
  readonly probability: number;
}

export const dropout: LayerKind<DropoutLayerConfig, Dropout> = {
  fields: { needed: { probability } },

  shape: (_, [{ axes }]) => floats(axes),

  build: (_, config, { generator }) => new Dropout(config.probability, { generator }),

  apply: ({ module, values: [value] }) => changed(value, module.forward(value.tensor)),
};
