// Which steps count, as values of bool beside the numbers.
import type { LayerConfig } from "../../../networks/config.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import type { WriteContext, WrittenValue } from "./write-context.ts";
import { stepsThatCount } from "./write-over-time.ts";

/** Steps whose entries all equal a value are masked, and set to zero. */
export function writeMasking(
  context: WriteContext,
  config: Extract<LayerConfig, { kind: "masking" }>,
  value: WrittenValue,
): WrittenValue {
  const { graph } = context;
  const { axes } = value.shape;
  const differs = graph.add("Not", [graph.add("Equal", [value.name, graph.float(config.value)])]);
  const counted = graph.add("Cast", [differs], { to: { int: 1 } });
  const inner = graph.ints(axes.slice(2).map((_, at) => at + 2));
  const sums = (keepdims: 0 | 1) => graph.add("ReduceSum", [counted, inner], { keepdims: { int: keepdims } });
  const kept = graph.add("Greater", [sums(0), graph.float(0)]);
  const wide = graph.add("Cast", [graph.add("Greater", [sums(1), graph.float(0)])], { to: { int: 1 } });
  const name = config.value === 0 ? value.name : graph.add("Mul", [value.name, wide]);
  return { ...value, name, mask: bothMasks(context, value.mask, kept) };
}

/** The first value, of which those steps count where the second is not a value. */
export function writeMaskedBy(
  { graph }: WriteContext,
  config: Extract<LayerConfig, { kind: "masked-by" }>,
  [value, source]: readonly WrittenValue[],
): WrittenValue {
  const { axes, kind } = source.shape;
  const padding = kind === "int" ? graph.int(config.value) : graph.float(config.value);
  const differs = graph.add("Not", [graph.add("Equal", [source.name, padding])]);
  if (axes.length === 2) return { ...value, lengths: undefined, mask: differs };
  const inner = graph.ints(axes.slice(2).map((_, at) => at + 2));
  const counted = graph.add("Cast", [differs], { to: { int: 1 } });
  const sums = graph.add("ReduceSum", [counted, inner], { keepdims: { int: 0 } });
  return { ...value, lengths: undefined, mask: graph.add("Greater", [sums, graph.float(0)]) };
}

/** Zero where a step does not count. */
export function writeZeroMasked(
  { graph }: WriteContext,
  value: WrittenValue,
  shape: ValueShape,
): WrittenValue {
  const inner = shape.axes.slice(2).map((_, at) => at + 2);
  const kept = stepsThatCount(graph, value, 1, inner);
  const name = kept ? graph.add("Where", [kept, value.name, graph.float(0)]) : value.name;
  return { ...value, name, shape };
}

/** The mask of steps that count in both, one of which may be missing. */
export function bothMasks(
  { graph }: WriteContext,
  a: string | undefined,
  b: string | undefined,
): string | undefined {
  if (!a || !b || a === b) return a ?? b;
  return graph.add("And", [a, b]);
}
