import { reshape } from "../../tensor/operations/shapes.ts";
import type { LayerKind } from "../layer-kind.ts";
import { productAxes } from "../recurrent-axes.ts";
import { axesText, floats } from "../value-shape.ts";

/** [B, …] to [B, N]. */
export interface FlattenLayerConfig {
  readonly kind: "flatten";
}

export const flatten: LayerKind<FlattenLayerConfig, undefined> = {
  fields: { needed: {} },

  shape: (_, [{ axes }], name) => floats([axes[0], productAxes(axes.slice(1)) ?? `${name}.N`]),

  apply: ({ values: [{ tensor: x }] }) => ({ value: { tensor: reshape(x, [x.shape[0], -1]) } }),

  streamProblem: (_, [{ axes }]) => (axes.includes("T") ? `joins the steps of ${axesText(axes)}` : undefined),
};
