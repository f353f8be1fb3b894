import { openShape } from "../../options/field-checks.ts";
import { reshape as reshaped } from "../../tensor/operations/shapes.ts";
import type { LayerKind } from "../layer-kind.ts";
import { productAxes } from "../recurrent-axes.ts";
import { axesText, floats, mismatch } from "../value-shape.ts";

/** [B, …] to [B, *shape*], of whose lengths one may be −1: what is left. */
export interface ReshapeLayerConfig {
  readonly kind: "reshape";
  readonly shape: readonly number[];
}

export const reshape: LayerKind<ReshapeLayerConfig, undefined> = {
  fields: { needed: { shape: openShape } },

  shape({ shape }, [{ axes }], name) {
    const there = productAxes(axes.slice(1));
    const known = shape.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
    const isOpen = shape.includes(-1);
    if (there !== undefined && (isOpen ? there % known !== 0 : there !== known))
      return mismatch(axes, `as many entries as [B, ${shape.join(", ")}]`);
    const rest = there === undefined ? `${name}.N` : there / known;
    return floats([axes[0], ...shape.map((length) => (length === -1 ? rest : length))]);
  },

  apply: ({ config, values: [{ tensor: x }] }) => ({
    value: { tensor: reshaped(x, [x.shape[0], ...config.shape]) },
  }),

  streamProblem: (_, [{ axes }]) => (axes.includes("T") ? `joins the steps of ${axesText(axes)}` : undefined),
};
