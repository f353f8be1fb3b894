import type { LayerConfig } from "./config.ts";
import { kindOf } from "./known-kinds.ts";
import { axesText, type ShapeProblem, type ValueShape } from "./value-shape.ts";

const COUNTS = ["none", "one", "two"];

/** The shape that a layer puts out, or why it cannot read what it is given. */
export function shapeAfter(
  name: string,
  config: LayerConfig,
  inputs: readonly ValueShape[],
): ValueShape | ShapeProblem {
  const { inputs: [least, most] = [1, 1], reads = [], shape } = kindOf(config);
  if (inputs.length < least || inputs.length > most) {
    const needed = `${most > least ? "at least " : ""}${COUNTS[least]}`;
    return { problem: `reads ${inputs.length} values, needed ${needed}` };
  }
  for (const [at, { axes, kind }] of inputs.entries()) {
    const needed = reads[at] ?? "float";
    if (needed === "any" || kind === needed) continue;
    return kind === "float"
      ? { problem: `reads numbers ${axesText(axes)}, needed whole numbers (ids)` }
      : { problem: `reads whole numbers ${axesText(axes)}, needed numbers (only an embedding reads ids)` };
  }
  return shape(config, inputs, name);
}
