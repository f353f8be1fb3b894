import { wholeNumber } from "../../options/field-checks.ts";
import { select, swapAxes } from "../../tensor/operations/shapes.ts";
import type { LayerKind } from "../layer-kind.ts";
import { floats, mismatch } from "../value-shape.ts";

/** One step of [B, T, …] or [T, B, …], by its place: the first is 0, the last, whatever the sequence's length, −1. */
export interface SelectStepLayerConfig {
  readonly kind: "select-step";
  readonly index: number;
}

export const selectStep: LayerKind<SelectStepLayerConfig, undefined> = {
  fields: { needed: { index: wholeNumber } },

  shape(_, [{ axes }]) {
    const at = axes.indexOf("T");
    return at === 0 || at === 1
      ? floats([...axes.slice(0, at), ...axes.slice(at + 1)])
      : mismatch(axes, "[B, T, ...] or [T, B, ...]");
  },

  apply: ({ config: { index }, values: [{ tensor: xs }], shapes: [{ axes }] }) => ({
    value: { tensor: select(axes[0] === "T" ? xs : swapAxes(xs), index) },
  }),

  streamProblem: () => "needs one step of the whole sequence",
};
