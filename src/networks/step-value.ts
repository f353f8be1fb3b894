import type { NetworkConfig } from "./config.ts";
import { isBatchFirst } from "./recurrent-axes.ts";
import type { ValueShape } from "./value-shape.ts";

/** What a layer puts out at one step: where it stands in the heap, which for some changes from step to step. */
export interface StepValue {
  at: number;
  /** Entries of one sequence. */
  readonly width: number;
  readonly kind: "float" | "int";
}

/** Whether an axis is one that a session walks along, and not part of a step: sequences side by side, and their steps. */
export function isWalked(axis: number | string): boolean {
  return axis === "B" || axis === "T";
}

/** Entries that one sequence has at one step; undefined where a length among them is free. */
export function stepWidth({ axes }: ValueShape): number | undefined {
  let width = 1;
  for (const axis of axes) {
    if (isWalked(axis)) continue;
    if (typeof axis === "string") return undefined;
    width *= axis;
  }
  return width;
}

/** Why a network cannot be read step by step: all reasons, each with the layer's name. */
export function streamProblems(config: NetworkConfig, shapes: ReadonlyMap<string, ValueShape>): string[] {
  const problems: string[] = [];
  for (const { name, axes } of config.inputs) {
    if (!axes.includes("B")) problems.push(`input ${name} [${axes.join(", ")}] has no axis B`);
    if (stepWidth(shapes.get(name)!) === undefined)
      problems.push(`input ${name} [${axes.join(", ")}] has other free lengths than B and T`);
  }
  if (!config.inputs.some(({ axes }) => axes.includes("T")))
    problems.push("no input has an axis T, along which it could be streamed");
  for (const layer of config.layers) {
    const read = layer.inputs.map((name) => shapes.get(name)!);
    const problem = layerProblem(layer.config, read);
    if (problem) problems.push(`layer ${layer.name} (${layer.config.kind}) ${problem}`);
  }
  return problems;
}

function layerProblem(
  config: NetworkConfig["layers"][number]["config"],
  read: readonly ValueShape[],
): string | undefined {
  const [{ axes }] = read;
  const text = `[${axes.join(", ")}]`;
  switch (config.kind) {
    case "rnn":
    case "lstm":
    case "gru":
    case "mgu": {
      const { direction = "forward" } = config.options;
      if (direction !== "forward")
        return `reads ${direction === "reverse" ? "backwards" : "both ways"}, and the end of a stream is not known`;
      if (read.length > 1) return "begins in a state that another layer gives";
      const [first, second] = isBatchFirst(config) ? ["B", "T"] : ["T", "B"];
      return axes[0] === first && axes[1] === second
        ? undefined
        : `reads ${text}, needed [${first}, ${second}, …] with free lengths`;
    }
    case "conv1d":
      if (config.stride !== 1) return `makes one step of every ${config.stride}`;
      if (config.padding !== "causal" && config.kernelSize > 1)
        return `has padding "${config.padding}", needed "causal", which sees no later step`;
      return axes[0] === "B" && axes[1] === "T"
        ? undefined
        : `reads ${text}, needed [B, T, …] with free lengths`;
    case "pool1d":
      return "reads several steps at once";
    case "global-pool1d":
    case "reverse-steps":
    case "final-state":
      return "needs to know the end of the stream";
    case "flatten":
    case "reshape":
      return axes.includes("T") ? `joins the steps of ${text}` : undefined;
    case "concat": {
      const along = config.axis < 0 ? axes.length + config.axis : config.axis;
      return isWalked(axes[along]) ? `joins along ${axes[along]}` : undefined;
    }
    case "add":
    case "multiply":
    case "average":
      return read.every((shape) => stepWidth(shape) === stepWidth(read[0]))
        ? undefined
        : "combines values of different widths";
    default:
      return undefined;
  }
}
