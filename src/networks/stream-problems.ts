import type { NetworkConfig } from "./config.ts";
import { kindOf } from "./known-kinds.ts";
import { stepWidth } from "./step-value.ts";
import { axesText, type ValueShape } from "./value-shape.ts";

/** Why a network cannot be read step by step: all reasons, each with the layer's name. */
export function streamProblems(config: NetworkConfig, shapes: ReadonlyMap<string, ValueShape>): string[] {
  const problems: string[] = [];
  for (const { name, axes } of config.inputs) {
    if (!axes.includes("B")) problems.push(`input ${name} ${axesText(axes)} has no axis B`);
    if (stepWidth(shapes.get(name)!) === undefined)
      problems.push(`input ${name} ${axesText(axes)} has other free lengths than B and T`);
  }
  if (!config.inputs.some(({ axes }) => axes.includes("T")))
    problems.push("no input has an axis T, along which it could be streamed");
  for (const layer of config.layers) {
    const read = layer.inputs.map((name) => shapes.get(name)!);
    const problem = kindOf(layer.config).streamProblem?.(layer.config, read);
    if (problem) problems.push(`layer ${layer.name} (${layer.config.kind}) ${problem}`);
  }
  return problems;
}
