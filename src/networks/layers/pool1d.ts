import { oneOf, size } from "../../options/field-checks.ts";
import { averagePool, maxPool } from "../../tensor/operations/pooling.ts";
import { swapLastAxes } from "../../tensor/operations/shapes.ts";
import { samePads } from "../../tensor/operations/window.ts";
import type { LayerKind } from "../layer-kind.ts";
import { requireOneLength } from "../mask.ts";
import { mismatch, windowed } from "../value-shape.ts";

/** The largest or the mean of each channel over so many steps; beyond the edge ("same") nothing counts. */
export interface Pool1dLayerConfig {
  readonly kind: "pool1d";
  readonly pool: "max" | "average";
  readonly size: number;
  readonly stride: number;
  readonly padding: "valid" | "same";
}

export const pool1d: LayerKind<Pool1dLayerConfig, undefined> = {
  fields: { needed: { pool: oneOf("max", "average"), size, stride: size, padding: oneOf("valid", "same") } },

  shape: (config, [{ axes }], name) =>
    axes.length === 3 ? windowed(name, config.size - 1, config, axes, axes[2]) : mismatch(axes, "[B, T, C]"),

  apply({ name, config, values: [value] }) {
    requireOneLength(name, config.kind, value);
    const { pool, size: width, stride, padding } = config;
    const pads = padding === "same" ? samePads([value.tensor.shape[1]], [width], [stride], [1]) : [0, 0];
    const options = { strides: [stride], pads };
    const x = swapLastAxes(value.tensor);
    const pooled =
      pool === "max"
        ? maxPool(x, [width], options)
        : averagePool(x, [width], { ...options, countPads: false });
    return { value: { tensor: swapLastAxes(pooled) } };
  },

  streamProblem: () => "reads several steps at once",
};
