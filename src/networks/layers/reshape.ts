import { openShape } from "../../options/field-checks.ts";
import { reshape as reshaped } from "../../tensor/operations/shapes.ts";
import type { Axis } from "../config.ts";
import type { LayerKind } from "../layer-kind.ts";
import { productAxes } from "../recurrent-axes.ts";
import { isWalked } from "../step-value.ts";
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
    const rest = there === undefined ? (onlyFree(axes.slice(1), known) ?? `${name}.N`) : there / known;
    return floats([axes[0], ...shape.map((length) => (length === -1 ? rest : length))]);
  },

  apply({ config, values: [{ tensor: x, lengths, mask }], shapes: [{ axes }] }) {
    const tensor = reshaped(x, [x.shape[0], ...config.shape]);
    return { value: keepsSteps(config, axes) ? { tensor, lengths, mask } : { tensor } };
  },

  streamProblem: (config, [{ axes }]) =>
    axes.includes("T") && !keepsSteps(config, axes) ? `joins the steps of ${axesText(axes)}` : undefined,
};

/** Whether steps, or sequences where T stands first, remain an axis of their own. */
function keepsSteps({ shape }: ReshapeLayerConfig, axes: readonly Axis[]): boolean {
  const known = shape.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const free = shape.includes(-1) ? onlyFree(axes.slice(1), known) : undefined;
  return free !== undefined && isWalked(free) && isWalked(axes[0]);
}

/** The one free axis that is left where the others have as many entries as are asked for: it stays what it is. */
function onlyFree(axes: readonly Axis[], known: number): string | undefined {
  const free = axes.filter((axis) => typeof axis === "string");
  const others = productAxes(axes.filter((axis) => typeof axis !== "string"));
  return free.length === 1 && others === known ? free[0] : undefined;
}
