// Attention layers of Keras.
//   Attention              softmax(scale·q·kᵀ)·v             inputs [q, v] or [q, v, k]
//   AdditiveAttention      softmax(Σ scale·tanh(q + k))·v
//   MultiHeadAttention     the first of them in heads over q·W_q + b_q, k·W_k + b_k, v·W_v + b_v, times 1/√key_dim, then ·W_o + b_o;
//                          kernels [D, heads, key_dim], [heads, value_dim, D]
import { KerasProblem } from "./keras-fields.ts";
import type { LayerContext } from "./layer-context.ts";
import { linearWeights } from "./plain-readers.ts";

/** Attention and AdditiveAttention. */
export function readAttention(context: LayerContext): readonly string[] {
  const { builder, name, className, fields, arrays } = context;
  const isAdditive = className === "AdditiveAttention";
  if (!isAdditive) fields.only("score_mode", "dot");
  const [query, value, key] = asked(context);
  const axes = builder.shapeOf(query)?.axes;
  const size = axes?.[axes.length - 1];
  if (typeof size !== "number") throw new KerasProblem("the width of its queries is not known");
  const scale = fields.flag("use_scale", isAdditive);
  const tensors = scale
    ? { scale: { shape: [isAdditive ? size : 1], data: arrays.take("scale", isAdditive ? [size] : []).data } }
    : {};
  const config = {
    kind: "attention",
    heads: 1,
    size,
    score: isAdditive ? "additive" : "dot",
    factor: 1,
    scale,
    causal: isCausal(context),
    maskedQueries: "zero",
  } as const;
  return [builder.add(name, [query, key, value], config, tensors)];
}

/** MultiHeadAttention: four linear layers, and attention between them. */
export function readMultiHeadAttention(context: LayerContext): readonly string[] {
  const { builder, name, fields, arrays } = context;
  fields.only("attention_axes", 1);
  fields.only("use_gate", false);
  const heads = fields.size("num_heads");
  const each = fields.size("key_dim");
  const eachValue = fields.size("value_dim", each);
  const bias = fields.flag("use_bias", true);
  const [query, value, key] = asked(context);
  const projected = (own: string, from: string, width: number): string => {
    const kernel = arrays.take(`kernel of the ${own}`, [undefined, heads, width]);
    const [inputSize] = kernel.shape;
    const outputSize = heads * width;
    const offset = bias ? arrays.take(`bias of the ${own}`, [heads, width]).data : undefined;
    const tensors = linearWeights(kernel.data, inputSize, outputSize, offset);
    const config = { kind: "linear", inputSize, outputSize, bias } as const;
    return builder.add(`${name}_${own}`, [from], config, tensors);
  };
  const q = projected("query", query, each);
  const k = projected("key", key, each);
  const v = projected("value", value, eachValue);
  const attended = builder.add(`${name}_heads`, [q, k, v], {
    kind: "attention",
    heads,
    size: heads * each,
    score: "dot",
    factor: 1 / Math.sqrt(each),
    scale: false,
    causal: isCausal(context),
    maskedQueries: "mean",
  });
  const kernel = arrays.take("kernel of the output", [heads, eachValue, undefined]);
  const outputSize = kernel.shape[2];
  const offset = bias ? arrays.take("bias of the output", [outputSize]).data : undefined;
  const inputSize = heads * eachValue;
  const config = { kind: "linear", inputSize, outputSize, bias } as const;
  return [builder.add(name, [attended], config, linearWeights(kernel.data, inputSize, outputSize, offset))];
}

/** Query, value and key; the key is the value where none is given. */
function asked({ inputs, mask, constants }: LayerContext): readonly string[] {
  if (inputs.length !== 2 && inputs.length !== 3)
    throw new KerasProblem(`it reads ${inputs.length} values, needed a query, a value and perhaps a key`);
  if (mask) throw new KerasProblem("its call is given a mask, which is not read");
  if (constants.return_attention_scores === true)
    throw new KerasProblem("its call returns attention scores, which is not read");
  const [query, value, key = value] = inputs;
  return [query, value, key];
}

function isCausal({ fields, constants }: LayerContext): boolean {
  return constants.use_causal_mask === true || fields.flag("causal", false);
}
