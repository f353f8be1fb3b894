// What each layer of a network makes of the shapes that it reads, known before anything is run.
import type { Axis, LayerConfig } from "./config.ts";
import { finalStateShape, initialStateProblem, statesOf } from "./final-state-shape.ts";
import { isBatchFirst, isRecurrent, productAxes, recurrentOutputAxes } from "./recurrent-axes.ts";

/** The shape of a value between layers: lengths, or names of lengths that are free. */
export interface ValueShape {
  readonly axes: readonly Axis[];
  readonly kind: "float" | "int";
  /** Of what a recurrent layer puts out: the widths of its states, and its directions. */
  readonly states?: {
    readonly h: number;
    readonly c?: number;
    readonly directions: 1 | 2;
    readonly batch: Axis;
  };
}

/** A problem that `shapeAfter` found, in words that follow the layer's name. */
export interface ShapeProblem {
  readonly problem: string;
}

/** [B, T, 3] as people write it. */
export function axesText(axes: readonly Axis[]): string {
  return `[${axes.join(", ")}]`;
}

/** The shape that a layer puts out, or why it cannot read what it is given. */
export function shapeAfter(
  name: string,
  config: LayerConfig,
  inputs: readonly ValueShape[],
): ValueShape | ShapeProblem {
  const [least, most] = MERGES.has(config.kind) ? [2, Infinity] : [1, isRecurrent(config) ? Infinity : 1];
  if (inputs.length < least || inputs.length > most) {
    const needed = `${most > least ? "at least " : ""}${least === 1 ? "one" : "two"}`;
    return { problem: `reads ${inputs.length} values, needed ${needed}` };
  }
  const [{ axes, kind }] = inputs;
  const last = axes[axes.length - 1];
  if (config.kind === "embedding") {
    if (kind !== "int") return { problem: `reads numbers ${axesText(axes)}, needed whole numbers (ids)` };
    return { axes: [...axes, config.size], kind: "float" };
  }
  if (inputs.some((input) => input.kind === "int")) {
    return { problem: `reads whole numbers ${axesText(axes)}, needed numbers (only an embedding reads ids)` };
  }
  const ending = (size: number) =>
    last === undefined || differ(last, size) ? mismatch(axes, `[..., ${size}]`) : undefined;
  const made = (shape: readonly Axis[]): ValueShape => ({ axes: shape, kind: "float" });
  switch (config.kind) {
    case "rnn":
    case "lstm":
    case "gru":
    case "mgu": {
      const { inputSize } = config.options;
      const batchFirst = isBatchFirst(config);
      if (axes.length !== 3 || differ(axes[2], inputSize))
        return mismatch(axes, batchFirst ? `[B, T, ${inputSize}]` : `[T, B, ${inputSize}]`);
      const states = statesOf(config, axes[batchFirst ? 0 : 1]);
      const problem = initialStateProblem(config, states, inputs.slice(1));
      return problem ? { problem } : { ...made(recurrentOutputAxes(config, axes)), states };
    }
    case "linear":
      return ending(config.inputSize) ?? made([...axes.slice(0, -1), config.outputSize]);
    case "layer-norm":
      return ending(config.size) ?? made(axes);
    case "conv1d":
      if (axes.length !== 3 || differ(axes[2], config.inputSize))
        return mismatch(axes, `[B, T, ${config.inputSize}]`);
      return windowed(name, (config.kernelSize - 1) * config.dilation, config, axes, config.outputSize);
    case "activation":
    case "dropout":
    case "masking":
      return made(axes);
    case "flatten":
      return made([axes[0], productAxes(axes.slice(1)) ?? `${name}.N`]);
    case "reshape":
      return reshaped(name, config.shape, axes);
    case "add":
    case "multiply":
    case "average":
      return broadcast(inputs);
    case "concat":
      return concatenated(name, config.axis, inputs);
    case "reverse-steps":
      return axes.length < 2 ? mismatch(axes, "[B, T, ...]") : made(axes);
    case "pool1d":
      if (axes.length !== 3) return mismatch(axes, "[B, T, C]");
      return windowed(name, config.size - 1, config, axes, axes[2]);
    case "global-pool1d":
      return axes.length === 3 ? made([axes[0], axes[2]]) : mismatch(axes, "[B, T, C]");
    case "final-state":
      return finalStateShape(config, inputs[0]);
  }
}

const MERGES: ReadonlySet<string> = new Set(["add", "multiply", "average", "concat"]);

/** Whether two lengths cannot be the same. A free length may turn out to be any. */
function differ(a: Axis, b: Axis): boolean {
  return typeof a === "number" && typeof b === "number" && a !== b;
}

function mismatch(axes: readonly Axis[], needed: string): ShapeProblem {
  return { problem: `reads ${axesText(axes)}, needed ${needed}` };
}

/** Steps under a window that reaches so many steps beyond its first one. */
function windowed(
  name: string,
  reach: number,
  { stride, padding }: { readonly stride: number; readonly padding: string },
  [batch, steps]: readonly Axis[],
  width: Axis,
): ValueShape | ShapeProblem {
  const span = padding === "valid" ? reach : 0;
  if (typeof steps === "string") {
    const same = span === 0 && stride === 1;
    return { axes: [batch, same ? steps : `${name}.T`, width], kind: "float" };
  }
  if (steps <= span) return { problem: `reads ${steps} steps, needed at least ${span + 1} (its kernel)` };
  return { axes: [batch, Math.ceil((steps - span) / stride), width], kind: "float" };
}

function reshaped(name: string, shape: readonly number[], axes: readonly Axis[]): ValueShape | ShapeProblem {
  const there = productAxes(axes.slice(1));
  const known = shape.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const isOpen = shape.includes(-1);
  if (there !== undefined && (isOpen ? there % known !== 0 : there !== known))
    return mismatch(axes, `as many entries as [B, ${shape.join(", ")}]`);
  const rest = there === undefined ? `${name}.N` : there / known;
  return { axes: [axes[0], ...shape.map((length) => (length === -1 ? rest : length))], kind: "float" };
}

/** The shape of values that are combined entry by entry; a length of 1 is repeated. */
function broadcast(inputs: readonly ValueShape[]): ValueShape | ShapeProblem {
  const [first, ...others] = inputs.map(({ axes }) => axes);
  let axes = first;
  for (const other of others) {
    if (other.length !== axes.length || other.some((length, at) => cannotMeet(length, axes[at])))
      return mismatch(other, `the shape ${axesText(axes)} of the values before it`);
    axes = axes.map((length, at) => met(length, other[at]));
  }
  return { axes, kind: "float" };
}

function cannotMeet(a: Axis, b: Axis): boolean {
  return differ(a, b) && a !== 1 && b !== 1;
}

/** The length that two which can meet have together. */
function met(a: Axis, b: Axis): Axis {
  if (a === 1) return b;
  return typeof a === "string" && typeof b === "number" && b !== 1 ? b : a;
}

function concatenated(name: string, axis: number, inputs: readonly ValueShape[]): ValueShape | ShapeProblem {
  const [first, ...others] = inputs.map(({ axes }) => axes);
  const along = axis < 0 ? first.length + axis : axis;
  if (!(along >= 0 && along < first.length))
    return { problem: `joins along axis ${axis}, which ${axesText(first)} does not have` };
  for (const other of others) {
    if (
      other.length !== first.length ||
      other.some((length, at) => at !== along && differ(length, first[at]))
    )
      return mismatch(other, `${axesText(first)} but for axis ${along}`);
  }
  let total: Axis = 0;
  for (const { axes } of inputs) {
    const length = axes[along];
    total = typeof total === "number" && typeof length === "number" ? total + length : `${name}.N`;
  }
  return { axes: first.map((length, at) => (at === along ? total : length)), kind: "float" };
}
