// Operations that move entries. T and B stay axes of their own; rows of all steps, [T·B, …], are the same value with these two apart.
import type { Lowered, Lowering, LowerOperation } from "./lowering.ts";
import { refusal } from "./pass.ts";
import type { GraphNode, Length } from "./symbolic.ts";

const reshape: LowerOperation = (lowering, node, { axes }) => {
  const x = lowering.value(node.inputs[0]!);
  const from = node.inputs[0]!.axes;
  const [first, ...rest] = axes;
  if (String(from) === String(axes)) return x;
  if (first === "TB" && isWalkedPair(from) && String(rest) === String(from.slice(2)))
    return { ...x, isJoined: true, before: undefined };
  if (x.isJoined && isWalkedPair(axes) && String(axes.slice(0, 2)) === String(x.shape.axes.slice(0, 2))) {
    const apart = { ...x, isJoined: false };
    return String(apart.shape.axes) === String(axes) ? apart : inShape(lowering, node, apart, axes);
  }
  if (x.isJoined)
    throw refusal(
      `reshape makes [${axes.join(", ")}] of rows of all steps, needed T and B apart as they were`,
      node,
    );
  return inShape(lowering, node, x, axes);
};

/** The first axis stays, one of the others may be free. */
export function inShape(lowering: Lowering, node: GraphNode, x: Lowered, axes: readonly Length[]): Lowered {
  const [first, ...rest] = axes;
  const free = rest.filter((axis) => typeof axis === "string");
  const joins = x.shape.axes.filter((axis) => typeof axis === "string").length !== free.length + 1;
  if (first !== x.shape.axes[0] || typeof first !== "string" || joins || free.length > 1)
    throw refusal(
      `reshape makes [${axes.join(", ")}] of [${x.shape.axes.join(", ")}], needed the first axis as it is, and T and B apart`,
      node,
    );
  const { before } = x;
  if (before?.by === "reshape" && String(before.value.shape.axes) === String(axes)) return before.value;
  const shape = rest.map((axis) => (typeof axis === "string" ? -1 : axis));
  const made = lowering.add(node, "reshape", [x], { kind: "reshape", shape });
  return { ...made, before: { by: "reshape", value: x } };
}

function isWalkedPair([first, second]: readonly Length[]): boolean {
  return (first === "T" && second === "B") || (first === "B" && second === "T");
}

const swapAxes: LowerOperation = (lowering, node) => {
  const x = lowering.apart(node.inputs[0]!, node);
  const { axes } = x.shape;
  if (!isWalkedPair(axes as readonly Length[]))
    throw refusal(`swapAxes reads [${axes.join(", ")}], needed [T, B, …] or [B, T, …]`, node);
  return swapped(lowering, node, x, "first");
};

const swapLastAxes: LowerOperation = (lowering, node) =>
  swapped(lowering, node, lowering.apart(node.inputs[0]!, node), "last");

/** The first or the last two axes exchanged; twice is not at all. */
export function swapped(lowering: Lowering, node: GraphNode, x: Lowered, by: "first" | "last"): Lowered {
  if (x.before?.by === by) return x.before.value;
  const made = lowering.add(node, "swap", [x], { kind: "swap-axes", axes: by });
  return { ...made, before: { by, value: x } };
}

const concat: LowerOperation = (lowering, node) => {
  const { axis } = node.facts[0] as { axis: number };
  const values = node.inputs.map((input) => lowering.value(input!));
  const isJoined = values[0].isJoined;
  if (values.some((value) => value.isJoined !== isJoined) || (isJoined && axis === 0))
    throw refusal("concat joins rows of all steps with something else, needed all alike", node);
  const along = isJoined ? axis + 1 : axis;
  const { axes } = values[0].shape;
  if (typeof axes[along] === "string")
    throw refusal(`concat joins along ${axes[along]}, needed an axis of known length`, node);
  return lowering.add(node, "concat", values, { kind: "concat", axis: along - axes.length });
};

/** One step of [T, B, …], or the state of one layer in one direction out of those of all. */
const select: LowerOperation = (lowering, node) => {
  const [input] = node.inputs;
  const [first, second] = node.facts.map(({ index }) => index as number);
  const x = lowering.apart(input!, node);
  if (x.states) return x.states(first, node);
  if (x.shape.axes[0] !== "T")
    throw refusal(`select reads [${x.shape.axes.join(", ")}], needed [T, B, …]`, node);
  const { T } = lowering.options.sizes;
  const index = first === second ? first : first - T[0];
  if (first !== second && index !== second - T[1])
    throw refusal("select takes another step of longer sequences, needed one counted from an end", node);
  return lowering.add(node, "step", [x], { kind: "select-step", index });
};

/** One tensor as often as there are steps. */
const repeat: LowerOperation = (lowering, node, { axes }) => {
  const x = lowering.apart(node.inputs[0]!, node);
  const like = lowering.steps();
  if (axes[0] !== "T" || !like) throw refusal("stack repeats a tensor, but not once for each step", node);
  const repeated = lowering.add(node, "repeat", [x, like], { kind: "repeat-over-time" });
  if (repeated.shape.axes[0] === "T") return repeated;
  return swapped(lowering, node, repeated, "first");
};

export const shapeOperations: Readonly<Record<string, LowerOperation>> = {
  reshape,
  swapAxes,
  swapLastAxes,
  concat,
  select,
  repeat,
};
