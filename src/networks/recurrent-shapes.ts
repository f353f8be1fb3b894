// Names and shapes of a recurrent layer's parameters, and of the states that it begins and ends in.
import type { Axis } from "./config.ts";
import type { NamedShape } from "./layer-kind.ts";
import type { RecurrentLayerConfig } from "./layers/recurrent.ts";
import { directionsOf, mergedWidth, outputWidth } from "./recurrent-axes.ts";
import type { ValueShape } from "./value-shape.ts";

/** G: gates of a cell, those that have weights of their own. */
export function gatesOf(config: RecurrentLayerConfig): number {
  switch (config.kind) {
    case "rnn":
      return 1;
    case "mgu":
      return 2;
    case "gru":
      return 3;
    case "lstm":
      return config.options.coupled ? 3 : 4;
  }
}

/** `_l0`, `_l1_reverse`: what tells the parameters of layers, and of the second of two directions, apart. */
export function suffixOf(layer: number, direction: number): string {
  return `_l${layer}${direction === 1 ? "_reverse" : ""}`;
}

/** Parameters of all layers and directions: `weight_ih_l0` [G·H, I]. */
export function recurrentShapes(config: RecurrentLayerConfig): NamedShape[] {
  const { options } = config;
  const { inputSize, hiddenSize, numLayers = 1, bias = "double", initialState } = options;
  const lstm = config.kind === "lstm" ? config.options : undefined;
  const [directions, width, output] = [
    directionsOf(config),
    gatesOf(config) * hiddenSize,
    outputWidth(config),
  ];
  const shapes: NamedShape[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    for (let direction = 0; direction < directions; direction++) {
      const suffix = suffixOf(layer, direction);
      const put = (name: string, shape: readonly number[]) => shapes.push([name, shape]);
      put(`weight_ih${suffix}`, [width, layer === 0 ? inputSize : mergedWidth(config)]);
      put(`weight_hh${suffix}`, [width, output]);
      if (bias !== "none") put(`bias_ih${suffix}`, [width]);
      if (bias === "double") put(`bias_hh${suffix}`, [width]);
      if (lstm?.projectionSize !== undefined) put(`weight_hr${suffix}`, [output, hiddenSize]);
      if (lstm?.peepholes) put(`weight_ch${suffix}`, [(lstm.coupled ? 2 : 3) * hiddenSize]);
      if (lstm?.layerNorm) {
        put(`norm_ih${suffix}.weight`, [width]);
        put(`norm_hh${suffix}.weight`, [width]);
        put(`norm_c${suffix}.weight`, [hiddenSize]);
        put(`norm_c${suffix}.bias`, [hiddenSize]);
      }
    }
  }
  if (initialState === "learnt") {
    shapes.push(["h_0", [numLayers * directions, output]]);
    if (lstm) shapes.push(["c_0", [numLayers * directions, hiddenSize]]);
  }
  return shapes;
}

/** Widths of the states that a recurrent layer ends in. */
export function statesOf(config: RecurrentLayerConfig, batch: Axis): NonNullable<ValueShape["states"]> {
  const widths = config.kind === "lstm" ? { c: config.options.hiddenSize } : {};
  return { h: outputWidth(config), ...widths, directions: directionsOf(config), batch };
}

/** Why a layer cannot begin in these states, if it cannot. */
export function initialStateProblem(
  config: RecurrentLayerConfig,
  { h, c, directions }: NonNullable<ValueShape["states"]>,
  states: readonly ValueShape[],
): string | undefined {
  if (states.length === 0) return undefined;
  const { numLayers = 1, initialState = "zero" } = config.options;
  if (numLayers > 1 || initialState === "learnt")
    return "reads its states before the first step, needed one layer whose initialState is zero";
  const each = c === undefined ? [h] : [h, c];
  const widths = directions === 1 ? each : [...each, ...each];
  const fits = ({ axes }: ValueShape, at: number) =>
    axes.length === 2 && (typeof axes[1] === "string" || axes[1] === widths[at]);
  if (states.length === widths.length && states.every(fits)) return undefined;
  const given = states.map(({ axes }) => `[${axes.join(", ")}]`).join(", ");
  return `begins in states ${given}, needed ${widths.map((width) => `[B, ${width}]`).join(", ")}`;
}
