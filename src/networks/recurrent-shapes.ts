// Names and shapes of a recurrent layer's parameters, and of the states that it begins and ends in.
import { cellOfKind, shapeWith } from "../cells/cells.ts";
import { parameterName, suffixOf } from "../cells/parameters.ts";
import type { Axis } from "./config.ts";
import type { NamedShape } from "./layer-kind.ts";
import type { RecurrentLayerConfig } from "./layers/recurrent.ts";
import { directionsOf, mergedWidth, shapeOf } from "./recurrent-axes.ts";
import type { ValueShape } from "./value-shape.ts";

/** G: gates of a cell, those that have weights of their own. */
export function gatesOf(config: RecurrentLayerConfig): number {
  return shapeOf(config).gates.length;
}

/** Parameters of all layers and directions: `weight_ih_l0` [G·H, I]. */
export function recurrentShapes(config: RecurrentLayerConfig): NamedShape[] {
  const { kind, options } = config;
  const { inputSize, numLayers = 1, initialState } = options;
  const directions = directionsOf(config);
  const shapes: NamedShape[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const width = layer === 0 ? inputSize : mergedWidth(config);
    const { parameters } = shapeWith(cellOfKind(kind), { ...options, inputSize: width });
    for (let direction = 0; direction < directions; direction++)
      for (const parameter of parameters)
        shapes.push([parameterName(parameter, suffixOf(layer, direction)), parameter.shape]);
  }
  if (initialState === "learnt")
    for (const { name, width } of shapeOf(config).states)
      shapes.push([`${name}_0`, [numLayers * directions, width]]);
  return shapes;
}

/** Widths of the states that a recurrent layer ends in. */
export function statesOf(config: RecurrentLayerConfig, batch: Axis): NonNullable<ValueShape["states"]> {
  const widths = Object.fromEntries(shapeOf(config).states.map(({ name, width }) => [name, width]));
  return { widths, directions: directionsOf(config), batch };
}

/** Why a layer cannot begin in these states, if it cannot. */
export function initialStateProblem(
  config: RecurrentLayerConfig,
  { widths: byName, directions }: NonNullable<ValueShape["states"]>,
  states: readonly ValueShape[],
): string | undefined {
  if (states.length === 0) return undefined;
  const { numLayers = 1, initialState = "zero" } = config.options;
  if (numLayers > 1 || initialState === "learnt")
    return "reads its states before the first step, needed one layer whose initialState is zero";
  const each = Object.values(byName);
  const widths = directions === 1 ? each : [...each, ...each];
  const fits = ({ axes }: ValueShape, at: number) =>
    axes.length === 2 && (typeof axes[1] === "string" || axes[1] === widths[at]);
  if (states.length === widths.length && states.every(fits)) return undefined;
  const given = states.map(({ axes }) => `[${axes.join(", ")}]`).join(", ");
  return `begins in states ${given}, needed ${widths.map((width) => `[B, ${width}]`).join(", ")}`;
}
