// Layers that read all steps of a sequence at once, those that count: attention's weights, the mean and the largest over time.
import type { ValueShape } from "../../../networks/value-shape.ts";
import type { WriteContext, WrittenValue } from "./write-context.ts";
import type { GraphWriter } from "./write-graph.ts";
import { unequalLengths } from "./write-steps.ts";

/** What stands in the place of −∞: its exponential is 0, and no program makes NaN of it. */
const LEAST = -3.0e38;

/** Softmax over the steps [B, …, T] that count. */
export function writeSoftmaxOverTime({ graph }: WriteContext, value: WrittenValue): string {
  const { axes } = value.shape;
  const inner = axes.slice(1, -1).map((_, at) => at + 1);
  const kept = stepsThatCount(graph, value, axes.length - 1, inner);
  const read = kept ? graph.add("Where", [kept, value.name, graph.float(LEAST)]) : value.name;
  return graph.add("Softmax", [read], { axis: { int: -1 } });
}

/** The mean or the largest of [B, T, C] over the steps that count; `whole` names a layer that knows no lengths. */
export function writeGlobalPool(
  { graph }: WriteContext,
  pool: "max" | "average",
  value: WrittenValue,
  whole?: string,
): string {
  if (whole && pool === "max" && (value.lengths || value.mask)) throw unequalLengths(whole, "global-pool1d");
  const kept = stepsThatCount(graph, value, 1, [2]);
  const keepdims = { keepdims: { int: 0 } };
  if (pool === "max") {
    const read = kept ? graph.add("Where", [kept, value.name, graph.float(LEAST)]) : value.name;
    const swapped = graph.add("Transpose", [read], { perm: { ints: [0, 2, 1] } });
    return graph.add("Squeeze", [graph.add("GlobalMaxPool", [swapped]), graph.ints([2])]);
  }
  if (!kept) {
    const swapped = graph.add("Transpose", [value.name], { perm: { ints: [0, 2, 1] } });
    return graph.add("Squeeze", [graph.add("GlobalAveragePool", [swapped]), graph.ints([2])]);
  }
  const counted = graph.add("Cast", [kept], { to: { int: 1 } });
  const sum = graph.add("ReduceSum", [graph.add("Mul", [value.name, counted]), graph.ints([1])], keepdims);
  const count = graph.add("ReduceSum", [counted, graph.ints([1])], keepdims);
  return graph.add("Div", [sum, graph.add("Max", [count, graph.float(1)])]);
}

/** Zero behind each sequence's end, [B, T, …] or [T, B, …]. */
export function writeUntilEnds({ graph }: WriteContext, value: WrittenValue): string {
  const { axes } = value.shape;
  const inner = axes.slice(2).map((_, at) => at + 2);
  const { name, lengths } = value;
  const isBatchFirst = axes[0] === "B";
  const kept = stepsThatCount(graph, { ...value, mask: undefined }, isBatchFirst ? 1 : 0, []);
  if (!kept || !lengths) return name;
  const laidOut = isBatchFirst ? kept : graph.add("Transpose", [kept], { perm: { ints: [1, 0] } });
  const wide = inner.length > 0 ? graph.add("Unsqueeze", [laidOut, graph.ints(inner)]) : laidOut;
  return graph.add("Where", [wide, name, graph.float(0)]);
}

/** A vector [B, …] at every step of another value. */
export function writeRepeat(
  { graph }: WriteContext,
  [vector, like]: readonly WrittenValue[],
  shape: ValueShape,
): string {
  const at = shape.axes.indexOf("T");
  const steps = graph.add("Shape", [like.name], { start: { int: at }, end: { int: at + 1 } });
  const widened = graph.add("Unsqueeze", [vector.name, graph.ints([at])]);
  const ones = (count: number) => graph.ints(new Array<number>(count).fill(1));
  const after = shape.axes.length - at - 1;
  const parts = [...(at > 0 ? [ones(at)] : []), steps, ...(after > 0 ? [ones(after)] : [])];
  return graph.add("Expand", [widened, graph.add("Concat", parts, { axis: { int: 0 } })]);
}

/** Which steps of a value count, as bool [B, T] with axes of length 1 put in; undefined where all do. */
export function stepsThatCount(
  graph: GraphWriter,
  { name, lengths, mask }: WrittenValue,
  axis: number,
  inner: readonly number[],
): string | undefined {
  let kept = mask;
  if (lengths) {
    const shape = graph.add("Shape", [name], { start: { int: axis }, end: { int: axis + 1 } });
    const count = graph.add("Squeeze", [shape]);
    const t = graph.add("Range", [graph.int(0), count, graph.int(1)]);
    const ends = graph.add("Unsqueeze", [graph.add("Cast", [lengths], { to: { int: 7 } }), graph.ints([1])]);
    const within = graph.add("Less", [t, ends]);
    kept = kept ? graph.add("And", [kept, within]) : within;
  }
  return kept && inner.length > 0 ? graph.add("Unsqueeze", [kept, graph.ints(inner)]) : kept;
}
