import { ABSENT_SCORE } from "../../../layers/attentive-recurrent.ts";
import type { LayerConfig } from "../../../networks/config.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import { parameterConstant, type WriteContext, type WrittenValue } from "./write-context.ts";
import { stepsThatCount } from "./write-over-time.ts";

type Config = Extract<LayerConfig, { kind: "attention" }>;

/** Attention, head by head: MatMul or tanh of sums, Softmax, MatMul. */
export function writeAttention(
  context: WriteContext,
  layer: string,
  config: Config,
  [query, key, value]: readonly WrittenValue[],
  shape: ValueShape,
): WrittenValue {
  const { graph } = context;
  const { heads, size } = config;
  const widths = [size, size, shape.axes[2] as number].map((width) => width / heads);
  const scale = config.scale ? parameterConstant(context, layer, "scale") : undefined;
  const counted = countedSteps(context, config, query, key, value);
  const results = Array.from({ length: heads }, (_, head) => {
    const [q, k, v] = [query, key, value].map(({ name }, at) => {
      if (heads === 1) return name;
      const bounds = [head * widths[at], (head + 1) * widths[at], -1].map((number) => graph.ints([number]));
      return graph.add("Slice", [name, ...bounds]);
    });
    const scores = writeScores(context, config, scale, q, k);
    const asked = counted ? graph.add("Mul", [scores, counted.asked]) : scores;
    const masked = counted ? graph.add("Add", [asked, counted.added]) : asked;
    return graph.add("MatMul", [graph.add("Softmax", [masked], { axis: { int: -1 } }), v]);
  });
  const joined = heads === 1 ? results[0] : graph.add("Concat", results, { axis: { int: -1 } });
  const { lengths, mask } = query;
  const asked = config.maskedQueries === "zero" ? stepsThatCount(graph, query, 1, [2]) : undefined;
  const name = asked ? graph.add("Where", [asked, joined, graph.float(0)]) : joined;
  return { name, shape, lengths, mask };
}

function writeScores(
  { graph }: WriteContext,
  { score, factor }: Config,
  scale: string | undefined,
  query: string,
  key: string,
): string {
  if (score === "dot") {
    const turned = graph.add("Transpose", [key], { perm: { ints: [0, 2, 1] } });
    const products = graph.add("MatMul", [query, turned]);
    const multiplied = factor === 1 ? products : graph.add("Mul", [products, graph.float(factor)]);
    return scale ? graph.add("Mul", [multiplied, scale]) : multiplied;
  }
  const apart = [query, key].map((name, at) => graph.add("Unsqueeze", [name, graph.ints([2 - at])]));
  const each = graph.add("Tanh", [graph.add("Add", apart)]);
  const weighed = scale ? graph.add("Mul", [each, scale]) : each;
  return graph.add("ReduceSum", [weighed, graph.ints([-1])], { keepdims: { int: 0 } });
}

/** What is added to the scores [B, S, T] of steps that do not count, and by which factor those count [B, S, 1]: 0 where none does. */
function countedSteps(
  { graph }: WriteContext,
  { causal, maskedQueries }: Config,
  query: WrittenValue,
  key: WrittenValue,
  value: WrittenValue,
): { readonly added: string; readonly asked: string } | undefined {
  const kept: (string | undefined)[] = [stepsThatCount(graph, value, 1, [1])];
  if (key.mask !== value.mask || key.lengths !== value.lengths) kept.push(stepsThatCount(graph, key, 1, [1]));
  if (maskedQueries === "mean") kept.push(stepsThatCount(graph, query, 1, [2]));
  if (causal) {
    const [steps, all] = [query, value].map(({ name }) => {
      const length = graph.add("Shape", [name], { start: { int: 1 }, end: { int: 2 } });
      return graph.add("Range", [graph.int(0), graph.add("Squeeze", [length]), graph.int(1)]);
    });
    kept.push(graph.add("LessOrEqual", [all, graph.add("Unsqueeze", [steps, graph.ints([1])])]));
  }
  const known = kept.filter((mask) => mask !== undefined);
  if (known.length === 0) return undefined;
  const counts = known.reduce((all, mask) => graph.add("And", [all, mask]));
  const numbers = graph.add("Cast", [counts], { to: { int: 1 } });
  const count = graph.add("ReduceSum", [numbers, graph.ints([-1])], { keepdims: { int: 1 } });
  const asked = graph.add("Min", [count, graph.float(1)]);
  const lowered = graph.add("Where", [counts, graph.float(0), graph.float(ABSENT_SCORE)]);
  return { added: graph.add("Mul", [lowered, asked]), asked };
}
