// Layers of Keras that are not recurrent.
//   Dense    y = activation(x·kernel + bias), kernel [I, O]; ours is its transpose
//   Conv1D   kernel [K, I, O]; ours [O, I, K]
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";
import { activationOfClass, isGatedLinear, layerActivation, requireLastAxis } from "./layer-activations.ts";
import type { LayerContext } from "./layer-context.ts";
import { unmasked } from "./mask-operations.ts";

const GREATEST_RANK = 7;

/** Dense. */
export function readDense(context: LayerContext): readonly string[] {
  const { builder, name, fields, inputs, arrays } = context;
  const outputSize = fields.size("units");
  const bias = fields.flag("use_bias", true);
  const kernel = arrays.take("kernel", [undefined, outputSize]);
  const [inputSize] = kernel.shape;
  const offset = bias ? arrays.take("bias", [outputSize]).data : undefined;
  const tensors = linearWeights(kernel.data, inputSize, outputSize, offset);
  const added = builder.add(name, inputs, { kind: "linear", inputSize, outputSize, bias }, tensors);
  return withActivation(context, added);
}

/** A kernel [I, O] and a bias [O] as a linear layer has them. */
export function linearWeights(
  kernel: Float32Array,
  inputSize: number,
  outputSize: number,
  bias: Float32Array | undefined,
): Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }> {
  const weight = new Float32Array(kernel.length);
  for (let row = 0; row < inputSize; row++)
    for (let column = 0; column < outputSize; column++)
      weight[column * inputSize + row] = kernel[row * outputSize + column];
  const matrix = { weight: { shape: [outputSize, inputSize], data: weight } };
  return bias ? { ...matrix, bias: { shape: [outputSize], data: bias } } : matrix;
}

/** Conv1D. */
export function readConv1D(context: LayerContext): readonly string[] {
  const { builder, name, fields, inputs, arrays } = context;
  fields.only("data_format", "channels_last");
  fields.only("groups", 1);
  const outputSize = fields.size("filters");
  const kernelSize = fields.onlySize("kernel_size");
  const bias = fields.flag("use_bias", true);
  const padding = fields.text("padding", "valid");
  if (padding !== "valid" && padding !== "same" && padding !== "causal")
    throw new KerasProblem(`padding is ${shown(padding)}, needed valid, same or causal`);
  const kernel = arrays.take("kernel", [kernelSize, undefined, outputSize]);
  const inputSize = kernel.shape[1];
  const weight = new Float32Array(kernel.data.length);
  for (let step = 0; step < kernelSize; step++)
    for (let row = 0; row < inputSize; row++)
      for (let column = 0; column < outputSize; column++)
        weight[(column * inputSize + row) * kernelSize + step] =
          kernel.data[(step * inputSize + row) * outputSize + column];
  const tensors = {
    weight: { shape: [outputSize, inputSize, kernelSize], data: weight },
    ...(bias ? { bias: { shape: [outputSize], data: arrays.take("bias", [outputSize]).data } } : {}),
  };
  const stride = fields.onlySize("strides", 1);
  const dilation = fields.onlySize("dilation_rate", 1);
  const config = {
    kind: "conv1d",
    inputSize,
    outputSize,
    kernelSize,
    stride,
    dilation,
    padding,
    bias,
  } as const;
  const read = inputs.map((input) => unmasked(builder, name, input));
  return withActivation(context, builder.add(name, read, config, tensors));
}

/** Embedding. */
export function readEmbedding({ builder, name, fields, inputs, arrays }: LayerContext): readonly string[] {
  const vocabularySize = fields.size("input_dim");
  const size = fields.size("output_dim");
  const weight = arrays.take("embeddings", [vocabularySize, size]);
  const maskZero = fields.flag("mask_zero", false);
  const config = { kind: "embedding", vocabularySize, size, ...(maskZero ? { maskZero } : {}) } as const;
  return [builder.add(name, inputs, config, { weight: { shape: weight.shape, data: weight.data } })];
}

/** LayerNormalization over the last axis. */
export function readLayerNormalization({
  builder,
  name,
  fields,
  inputs,
  arrays,
}: LayerContext): readonly string[] {
  const axes = builder.shapeOf(only(inputs))?.axes;
  requireLastAxis(fields, axes?.length);
  fields.only("rms_scaling", false);
  const gamma = fields.flag("scale", true) ? arrays.take("gamma", [undefined]) : undefined;
  const beta = fields.flag("center", true) ? arrays.take("beta", [gamma?.shape[0]]) : undefined;
  const last = axes?.[axes.length - 1];
  const size = (gamma ?? beta)?.shape[0] ?? last;
  if (typeof size !== "number") throw new KerasProblem("it has no weights, and its width is not known");
  const config = { kind: "layer-norm", size, epsilon: fields.number("epsilon", 1e-3) } as const;
  const tensors = {
    weight: { shape: [size], data: gamma?.data ?? new Float32Array(size).fill(1) },
    bias: { shape: [size], data: beta?.data ?? new Float32Array(size) },
  };
  return [builder.add(name, inputs, config, tensors)];
}

/** BatchNormalization over the last axis, by the mean and the variance that training has gathered: y = γ(x − μ)/√(σ² + ε) + β. */
export function readBatchNormalization({
  builder,
  name,
  fields,
  inputs,
  arrays,
}: LayerContext): readonly string[] {
  requireLastAxis(fields, builder.shapeOf(only(inputs))?.axes.length);
  fields.only("renorm", false);
  const epsilon = fields.number("epsilon", 1e-3);
  const gamma = fields.flag("scale", true) ? arrays.take("gamma", [undefined]) : undefined;
  const beta = fields.flag("center", true) ? arrays.take("beta", [gamma?.shape[0]]) : undefined;
  const mean = arrays.take("moving mean", [(gamma ?? beta)?.shape[0]]);
  const [size] = mean.shape;
  const variance = arrays.take("moving variance", [size]);
  const weight = variance.data.map((value, at) => (gamma?.data[at] ?? 1) / Math.sqrt(value + epsilon));
  const bias = mean.data.map((value, at) => (beta?.data[at] ?? 0) - value * weight[at]);
  const tensors = { weight: { shape: [size], data: weight }, bias: { shape: [size], data: bias } };
  return [builder.add(name, inputs, { kind: "affine", size, weight: true, bias: true }, tensors)];
}

/** Activation, and layers that are a function and nothing else. */
export function readActivation(context: LayerContext): readonly string[] {
  const { builder, name, className, fields, inputs } = context;
  if (className === "Activation") return [activated(context, name, only(inputs))];
  if (context.mask) throw new KerasProblem("its call is given a mask, which is not read");
  const rank = builder.shapeOf(only(inputs))?.axes.length;
  const functions = activationOfClass(className, fields, rank);
  const last = functions.length - 1;
  return [
    functions.reduce(
      (read, config, at) => builder.add(at === last ? name : `${name}_${at}`, [read], config),
      only(inputs),
    ),
  ];
}

/** PReLU, whose slope below 0 is learnt: max(x, 0) − α·max(−x, 0). */
export function readPReLU({ builder, name, inputs, arrays }: LayerContext): readonly string[] {
  const alpha = arrays.next("alpha");
  const size = alpha.data.length;
  if (alpha.shape[alpha.shape.length - 1] !== size)
    throw new KerasProblem(
      `its alpha has shape [${alpha.shape.join(", ")}], but only one for each channel is read`,
    );
  const relu = { kind: "activation", activation: "relu" } as const;
  const above = builder.add(`${name}_above`, inputs, relu);
  const turned = builder.add(`${name}_turned`, inputs, { kind: "scale", factor: -1 });
  const below = builder.add(`${name}_below`, [turned], relu);
  const weight = { shape: [size], data: alpha.data.map((value) => -value) };
  const config = { kind: "affine", size, weight: true, bias: false } as const;
  const scaled = builder.add(`${name}_slope`, [below], config, { weight });
  return [builder.add(name, [above, scaled], { kind: "add" })];
}

/** What does nothing when a network is run: its output is its input. */
export function readIdentity({ inputs }: LayerContext): readonly string[] {
  return [only(inputs)];
}

export function readDropout({ builder, name, fields, inputs }: LayerContext): readonly string[] {
  return [builder.add(name, inputs, { kind: "dropout", probability: fields.number("rate", 0) })];
}

export function readMasking({ builder, name, fields, inputs }: LayerContext): readonly string[] {
  return [builder.add(name, inputs, { kind: "masking", value: fields.number("mask_value", 0) })];
}

export function readFlatten({ builder, name, fields, inputs }: LayerContext): readonly string[] {
  fields.only("data_format", "channels_last");
  return [builder.add(name, inputs, { kind: "flatten" })];
}

export function readReshape({ builder, name, fields, inputs }: LayerContext): readonly string[] {
  const target = fields.get("target_shape");
  // TensorFlow.js writes null for the size that is to be found out.
  const shape = Array.isArray(target) ? target.map((size) => size ?? -1) : target;
  if (!isShape(shape)) throw new KerasProblem(`target_shape is ${shown(target)}, needed a list of sizes`);
  return [builder.add(name, inputs, { kind: "reshape", shape })];
}

/** Add, Multiply, Average, Concatenate. */
export function readMerge({ builder, name, className, fields, inputs }: LayerContext): readonly string[] {
  switch (className) {
    case "Add":
      return [builder.add(name, inputs, { kind: "add" })];
    case "Multiply":
      return [builder.add(name, inputs, { kind: "multiply" })];
    case "Average":
      return [builder.add(name, inputs, { kind: "average" })];
    default: {
      const axis = fields.number("axis", -1);
      if (axis === 0) throw new KerasProblem("axis is 0, which joins sequences and is not read");
      return [builder.add(name, inputs, { kind: "concat", axis })];
    }
  }
}

/** TimeDistributed around what treats each step by itself anyway. */
export function timeDistributed(context: LayerContext): LayerContext {
  const layer = context.fields.get("layer");
  if (!isRecord(layer) || typeof layer.class_name !== "string")
    throw new KerasProblem(`its layer is ${shown(layer)}, needed a layer`);
  return { ...context, className: layer.class_name, fields: new KerasFields(layer.config) };
}

/** The function that a layer with weights applies at its end, as a layer of its own. */
function withActivation(context: LayerContext, added: string): readonly string[] {
  return [activated(context, undefined, added)];
}

/** The value that the field `activation` makes of another. Without a name, the layer is named after its own and the function. */
function activated(
  { builder, name: own, fields, hardSigmoidSlope }: LayerContext,
  name: string | undefined,
  read: string,
): string {
  const given = fields.get("activation");
  if (isGatedLinear(given)) return gatedLinear(builder, name ?? `${own}_glu`, read);
  const activation = layerActivation(given, hardSigmoidSlope);
  if (activation === undefined) return read;
  return builder.add(name ?? `${own}_${activation.activation}`, [read], {
    kind: "activation",
    ...activation,
  });
}

/** The first half of the entries times σ of the second (Dauphin et al. 2017). */
function gatedLinear(builder: LayerContext["builder"], name: string, read: string): string {
  const axes = builder.shapeOf(read)?.axes;
  const width = axes?.[axes.length - 1];
  if (typeof width !== "number" || width % 2 !== 0)
    throw new KerasProblem(`glu needs an even number of entries, its input has ${width ?? "an unknown one"}`);
  const [half, gate] = [0, width / 2].map((start, at) =>
    builder.add(`${name}_${at}`, [read], { kind: "columns", start, end: start + width / 2 }),
  );
  const open = builder.add(`${name}_gate`, [gate], { kind: "activation", activation: "sigmoid" });
  return builder.add(name, [half, open], { kind: "multiply" });
}

function only(inputs: readonly string[]): string {
  if (inputs.length !== 1) throw new KerasProblem(`it reads ${inputs.length} values, needed one`);
  return inputs[0];
}

function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= GREATEST_RANK &&
    value.every((size) => Number.isSafeInteger(size) && (size === -1 || size >= 1))
  );
}
