import { cellOfKind, isKnownCell, shapeWith } from "../cells/cells.ts";
import type { CellShape } from "../cells/spec.ts";
import type { Axis, LayerConfig, RecurrentLayerConfig } from "./config.ts";

/** Whether a layer is one of the recurrent ones. */
export function isRecurrent(config: LayerConfig): config is RecurrentLayerConfig {
  return isKnownCell(config.kind);
}

/** Whether a layer reads [B, T, I], as it does unless it says otherwise, or [T, B, I]. */
export function isBatchFirst({ options }: RecurrentLayerConfig): boolean {
  return options.batchFirst ?? true;
}

/** The gates, states and parameters of a layer's cell. */
export function shapeOf({ kind, options }: RecurrentLayerConfig): CellShape {
  return shapeWith(cellOfKind(kind), options);
}

/** P: width of the h that a layer hands on in one direction. */
export function outputWidth(config: RecurrentLayerConfig): number {
  return shapeOf(config).outputSize;
}

/** D: in how many directions a layer reads. */
export function directionsOf({ options }: RecurrentLayerConfig): 1 | 2 {
  return options.direction === "bidirectional" ? 2 : 1;
}

/** Width of a layer's outputs, the directions merged. */
export function mergedWidth(config: RecurrentLayerConfig): number {
  const { merge = "concat" } = config.options;
  return merge === "concat" ? directionsOf(config) * outputWidth(config) : outputWidth(config);
}

/** What a recurrent layer makes of [B, T, I], or of [T, B, I] where it is not `batchFirst`. */
export function recurrentOutputAxes(config: RecurrentLayerConfig, axes: readonly Axis[]): readonly Axis[] {
  const width = mergedWidth(config);
  if (config.returns === "sequence") return [axes[0], axes[1], width];
  return [isBatchFirst(config) ? axes[0] : axes[1], width];
}

/** The product of lengths; undefined where one is free. */
export function productAxes(axes: readonly Axis[]): number | undefined {
  let product = 1;
  for (const length of axes) {
    if (typeof length === "string") return undefined;
    product *= length;
  }
  return product;
}
