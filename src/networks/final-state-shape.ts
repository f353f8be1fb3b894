// What is known of recurrent layers' states before anything is run: those that they end in, and those that others give them to begin
// with.
import type { Axis, LayerConfig, RecurrentLayerConfig } from "./config.ts";
import { directionsOf, outputWidth } from "./recurrent-axes.ts";
import type { ShapeProblem, ValueShape } from "./value-shape.ts";

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

/** The shape of a state that a recurrent layer has ended in. */
export function finalStateShape(
  config: Extract<LayerConfig, { kind: "final-state" }>,
  { axes, states }: ValueShape,
): ValueShape | ShapeProblem {
  if (!states) return { problem: `reads [${axes.join(", ")}], needed a recurrent layer's output` };
  if ((states.directions === 2) !== (config.direction !== undefined))
    return { problem: `needs a direction where a layer has two, and none where it has one` };
  const width = config.of === "h" ? states.h : states.c;
  if (width === undefined) return { problem: "reads a layer without c" };
  return { axes: [states.batch, width], kind: "float" };
}
