// FlexAttention of the domain ai.onnx.preview: softmax(change(Q·Kᵀ·scale))·V for each head, with a subgraph for the scores before the
// softmax and one for the weights behind it. Several heads of Q may share one of K and V.

import { nameOfNumber, typeOfNumber } from "../../data-types.ts";
import type { Action, NodeContext, Operator, Steps } from "../../operator.ts";
import { type Plan, runPlan } from "../../plan.ts";
import { describeValue, type OnnxValue, problem, requireFloats } from "../../value.ts";

/** What an exponential takes beside a product. */
const SOFTMAX_STEPS = 8;

function planOf(node: NodeContext, name: string): Plan | undefined {
  if (!node.attributes.has(name)) return undefined;
  const plan = node.subgraph(node.attributes.graph(name));
  if (plan.inputs.length === 1 && plan.outputs.length === 1) return plan;
  throw problem(
    `${name} has ${plan.inputs.length} inputs and ${plan.outputs.length} outputs, needed one of each`,
  );
}

/** Q [B, heads, T, K], K [B, shared, S, K], V [B, shared, S, V]. */
function prepareFlexibleAttention(node: NodeContext): Action {
  const { attributes, machine } = node;
  const givenScale = attributes.has("scale") ? attributes.float("scale", 1) : undefined;
  const precision = attributes.has("softmax_precision") ? attributes.int("softmax_precision", 1) : undefined;
  const asked = precision === undefined ? undefined : typeOfNumber(precision);
  if (precision !== undefined && !asked?.startsWith("float") && asked !== "bfloat16")
    throw problem(`attribute softmax_precision is ${nameOfNumber(precision)}, needed floats`);
  const changeScores = planOf(node, "score_mod");
  const changeWeights = planOf(node, "prob_mod");
  const run = function* (
    [q, k, v]: readonly (OnnxValue | undefined)[],
    frame: Parameters<typeof runPlan>[3],
  ): Steps<readonly OnnxValue[]> {
    requireFloats(q, k, v);
    const [batch, heads, steps, size] = q!.dims;
    const [, shared, total] = k!.dims;
    const width = v!.dims[3];
    const fits =
      [q, k, v].every((value) => value!.dims.length === 4 && value!.dims[0] === batch) &&
      k!.dims[3] === size &&
      v!.dims[1] === shared &&
      v!.dims[2] === total &&
      shared > 0 &&
      heads % shared === 0;
    if (!fits) {
      throw problem(
        `Q is ${describeValue(q!)}, K ${describeValue(k!)} and V ${describeValue(v!)}, which do not fit`,
      );
    }
    const scale = givenScale ?? 1 / Math.sqrt(size);
    const dims = [batch, heads, steps, total];
    const type = asked ?? (q!.type === "float64" ? "float64" : "float32");
    let scores: OnnxValue = machine.make(type, dims);
    const y = machine.make(q!.type, [batch, heads, steps, width]);
    machine.budget.multiplyPlainly(batch * heads * steps * total * (size + width + SOFTMAX_STEPS));
    /** The row of K or V that a row of the scores belongs to. */
    const sharedRow = (row: number) => {
      const head = Math.floor(row / steps);
      return Math.floor(head / heads) * shared + Math.floor((head % heads) / (heads / shared));
    };
    const rows = batch * heads * steps;
    for (let row = 0; row < rows; row++) {
      for (let at = 0; at < total; at++) {
        const from = (sharedRow(row) * total + at) * size;
        let sum = 0;
        for (let entry = 0; entry < size; entry++) sum += q!.data[row * size + entry] * k!.data[from + entry];
        scores.data[row * total + at] = scale * sum;
      }
    }
    if (changeScores) scores = changed((yield* runPlan(machine, changeScores, [scores], frame))[0], scores);
    let weights: OnnxValue = machine.make(type, dims);
    for (let row = 0; row < rows; row++) softmax(scores.data, weights.data, row * total, total);
    if (changeWeights)
      weights = changed((yield* runPlan(machine, changeWeights, [weights], frame))[0], weights);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (let at = 0; at < total; at++)
          sum += weights.data[row * total + at] * v!.data[(sharedRow(row) * total + at) * width + column];
        y.data[row * width + column] = sum;
      }
    }
    return [y];
  };
  // Only what has subgraphs can pause.
  return changeScores || changeWeights ? run : (inputs, frame) => finished(run(inputs, frame));
}

function finished<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function changed(made: OnnxValue | undefined, before: OnnxValue): OnnxValue {
  if (made?.dims.join() === before.dims.join()) return made;
  throw problem(`a subgraph made ${made ? describeValue(made) : "nothing"} of ${describeValue(before)}`);
}

function softmax(from: OnnxValue["data"], to: OnnxValue["data"], start: number, length: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = start; at < start + length; at++) largest = Math.max(largest, from[at]);
  let sum = 0;
  for (let at = start; at < start + length; at++) sum += Math.exp(from[at] - largest);
  for (let at = start; at < start + length; at++) to[at] = Math.exp(from[at] - largest) / sum;
}

export const flexibleAttentionOperators: Readonly<Record<string, Operator>> = {
  FlexAttention: { inputs: [3, 3], folds: false, prepare: prepareFlexibleAttention },
};
