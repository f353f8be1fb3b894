import { ABSENT_SCORE } from "../../../layers/attentive-recurrent.ts";
import { Module, Parameter } from "../../../module/module.ts";
import { flag, number, oneOf, positive, size } from "../../../options/field-checks.ts";
import type { Generator } from "../../../random/philox.ts";
import type { Device } from "../../../tensor/device.ts";
import { add, multiply, scaled } from "../../../tensor/operations/arithmetic.ts";
import { tanh } from "../../../tensor/operations/functions.ts";
import { matmul, matmulTransposed } from "../../../tensor/operations/products.ts";
import { sumLast } from "../../../tensor/operations/reductions.ts";
import { softmax } from "../../../tensor/operations/rows.ts";
import { columns, concat, reshape } from "../../../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import type { LayerKind } from "../../layer-kind.ts";
import { keptSteps, type MaskedValue } from "../../mask.ts";
import { axesText, differ, floats, type ValueShape } from "../../value-shape.ts";

/**
 * Attention of several heads (Luong et al. 2015; Bahdanau et al. 2015; Vaswani et al. 2017): query [B, S, H·K], key [B, T, H·K] and value
 * [B, T, H·N] to [B, S, H·N]. Each head weighs the steps of the values by the softmax of its scores, which are q·k times `factor`, or
 * Σ tanh(q + k); `scale` is a learnt factor, one in all for products and one for each entry for sums.
 */
export interface AttentionLayerConfig {
  readonly kind: "attention";
  readonly heads: number;
  /** H·K. */
  readonly size: number;
  readonly score: "dot" | "additive";
  readonly factor: number;
  readonly scale: boolean;
  /** The factor is first drawn evenly from ± this; 1 if not given. */
  readonly scaleRange?: number;
  /** Whether a step of the query sees no later steps of the values. */
  readonly causal: boolean;
  /** What stands where a step of the query is masked: 0, or the mean of all values. */
  readonly maskedQueries: "zero" | "mean";
}

/** The learnt factor, where there is one. */
class Attention extends Module {
  readonly scale: Parameter | undefined = undefined;

  constructor(device: Device, config: AttentionLayerConfig, generator: Generator) {
    super();
    if (!config.scale) return;
    const { scaleRange } = config;
    const width = widthOfScale(config);
    const first = Float32Array.from({ length: width }, () =>
      scaleRange === undefined ? 1 : generator.uniformBetween(-scaleRange, scaleRange),
    );
    this.scale = new Parameter(device, [width]).assign(first);
  }
}

export const attention: LayerKind<AttentionLayerConfig, Attention> = {
  fields: {
    needed: {
      heads: size,
      size,
      score: oneOf("dot", "additive"),
      factor: number,
      scale: flag,
      causal: flag,
      maskedQueries: oneOf("zero", "mean"),
    },
    optional: { scaleRange: positive },
  },

  problems: ({ heads, size: width }) =>
    width % heads === 0 ? [] : [`size is ${width}, needed a multiple of heads, ${heads}`],

  inputs: [3, 3],

  shape(config, [query, key, value]) {
    const fits =
      [query, key, value].every(({ axes }) => axes.length === 3) &&
      [query, key].every(({ axes }) => !differ(axes[2], config.size)) &&
      !differ(key.axes[1], value.axes[1]) &&
      areHeads(value, config.heads);
    return fits
      ? floats([query.axes[0], query.axes[1], value.axes[2]])
      : {
          problem: `reads ${[query, key, value].map(({ axes }) => axesText(axes)).join(", ")}, needed [B, S, ${config.size}], [B, T, ${config.size}] and [B, T, N] in ${config.heads} heads`,
        };
  },

  parameters: (config) => (config.scale ? [["scale", [widthOfScale(config)]]] : []),

  build: (device, config, { generator }) => new Attention(device, config, generator),

  sharedInputs: ({ causal }) => (causal ? [] : [1, 2]),

  apply({ config, module, values: [asking, key, value], attends }) {
    const { heads, size: width } = config;
    const query = joinedRows(asking, key.repeats ?? 1);
    const counted = countedSteps(config, query, key, value);
    const [own, given] = [width / heads, value.tensor.shape[2] / heads];
    const part = (x: Tensor, each: number, head: number) =>
      heads === 1 ? x : columns(x, head * each, (head + 1) * each);
    const weights = Array.from({ length: heads }, (_, head) => {
      const [q, k] = [query, key].map(({ tensor: x }) => part(x, own, head));
      const scores = scoresOf(config, module.scale, q, k);
      const asked = counted?.asked ? multiply(scores, counted.asked) : scores;
      return softmax(counted ? add(asked, counted.added) : asked);
    });
    const [rows, steps] = asking.tensor.shape;
    const apart = (x: Tensor) => (query === asking ? x : reshape(x, [rows, steps, x.shape[2]]));
    attends?.(weights.map(apart));
    const results = weights.map((shares, head) => matmul(shares, part(value.tensor, given, head)));
    const result = apart(heads === 1 ? results[0] : concat(results));
    const { lengths, mask } = asking;
    return { value: { tensor: withoutMasked(config, asking, result), lengths, mask } };
  },

  streamProblem: () => "reads all steps of a sequence at once",
};

/** Queries of rows that are held against the same entries as the steps of one [B, R·S, H·K]. */
function joinedRows(query: MaskedValue, repeats: number): MaskedValue {
  if (repeats === 1) return query;
  const [rows, steps, width] = query.tensor.shape;
  return { tensor: reshape(query.tensor, [rows / repeats, repeats * steps, width]) };
}

function widthOfScale({ score, size: width, heads }: AttentionLayerConfig): number {
  return score === "dot" ? 1 : width / heads;
}

function areHeads({ axes }: ValueShape, heads: number): boolean {
  return typeof axes[2] === "number" && axes[2] % heads === 0;
}

/** [B, S, T] of queries [B, S, K] and keys [B, T, K]. */
function scoresOf(
  { score, factor }: AttentionLayerConfig,
  scale: Parameter | undefined,
  query: Tensor,
  key: Tensor,
): Tensor {
  if (score === "dot") {
    const products = matmulTransposed(query, key);
    const multiplied = factor === 1 ? products : scaled(products, factor);
    return scale ? multiply(multiplied, scale) : multiplied;
  }
  const [batch, steps, width] = query.shape;
  const sums = add(reshape(query, [batch, steps, 1, width]), reshape(key, [batch, 1, key.shape[1], width]));
  const each = tanh(sums);
  return sumLast(scale ? multiply(each, scale) : each);
}

/** Which steps of the values count for each step of the query. */
interface CountedSteps {
  /** [B, S, T]: 0 for those that count, a number so low that the others do not. */
  readonly added: Tensor;
  /** [B, S, 1]: 0 where none counts, so that all have the same share; not given where that is nowhere so. */
  readonly asked: Tensor | undefined;
}

/** Undefined where all steps count. */
function countedSteps(
  { causal, maskedQueries }: AttentionLayerConfig,
  query: MaskedValue,
  key: MaskedValue,
  value: MaskedValue,
): CountedSteps | undefined {
  const [batch, steps] = query.tensor.shape;
  const all = value.tensor.shape[1];
  const hidesQueries = maskedQueries === "mean" && isMasked(query);
  const keys = [value, key].filter(isMasked);
  if (!causal && !hidesQueries && keys.length === 0) return undefined;
  const kept = keys.map((masked) => keptSteps(masked, batch, all));
  const queries = hidesQueries ? keptSteps(query, batch, steps) : undefined;
  const added = new Float32Array(batch * steps * all);
  const asked = new Float32Array(batch * steps);
  for (let row = 0; row < asked.length; row++) {
    const b = Math.floor(row / steps);
    const last = causal ? Math.min(row % steps, all - 1) : all - 1;
    const places = added.subarray(row * all, (row + 1) * all).fill(ABSENT_SCORE);
    for (let t = 0; t <= last; t++) {
      if (queries?.[row] === 0 || kept.some((counted) => counted[b * all + t] === 0)) continue;
      places[t] = 0;
      asked[row] = 1;
    }
    if (asked[row] === 0) places.fill(0);
  }
  const { device } = query.tensor;
  return {
    added: tensor(device, added, [batch, steps, all]),
    asked: asked.includes(0) ? tensor(device, asked, [batch, steps, 1]) : undefined,
  };
}

function isMasked({ lengths, mask }: MaskedValue): boolean {
  return lengths !== undefined || mask !== undefined;
}

function withoutMasked({ maskedQueries }: AttentionLayerConfig, query: MaskedValue, result: Tensor): Tensor {
  if (maskedQueries === "mean" || !isMasked(query)) return result;
  const [batch, steps] = result.shape;
  const kept = Float32Array.from(keptSteps(query, batch, steps));
  return multiply(result, tensor(result.device, kept, [batch, steps, 1]));
}
