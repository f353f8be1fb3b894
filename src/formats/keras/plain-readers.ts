// Layers of Keras that are not recurrent.
//   Dense    y = activation(x·kernel + bias), kernel [I, O]; ours is its transpose
//   Conv1D   kernel [K, I, O]; ours [O, I, K]
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";
import { activationOfClass, layerActivation, requireLastAxis } from "./layer-activations.ts";
import type { LayerContext } from "./layer-context.ts";

const GREATEST_RANK = 7;

/** Dense. */
export function readDense(context: LayerContext): readonly string[] {
  const { builder, name, fields, inputs, arrays } = context;
  const outputSize = fields.size("units");
  const bias = fields.flag("use_bias", true);
  const kernel = arrays.take("kernel", [undefined, outputSize]);
  const [inputSize] = kernel.shape;
  const weight = new Float32Array(kernel.data.length);
  for (let row = 0; row < inputSize; row++)
    for (let column = 0; column < outputSize; column++)
      weight[column * inputSize + row] = kernel.data[row * outputSize + column];
  const tensors = {
    weight: { shape: [outputSize, inputSize], data: weight },
    ...(bias ? { bias: { shape: [outputSize], data: arrays.take("bias", [outputSize]).data } } : {}),
  };
  const added = builder.add(name, inputs, { kind: "linear", inputSize, outputSize, bias }, tensors);
  return withActivation(context, added);
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
  return withActivation(context, builder.add(name, inputs, config, tensors));
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

/** Activation, and layers that are a function and nothing else. */
export function readActivation(context: LayerContext): readonly string[] {
  const { builder, name, className, fields, inputs, hardSigmoidSlope } = context;
  const activation =
    className === "Activation"
      ? layerActivation(fields.get("activation"), hardSigmoidSlope)
      : activationOfClass(className, fields, builder.shapeOf(only(inputs))?.axes.length);
  return [activation ? builder.add(name, inputs, { kind: "activation", ...activation }) : only(inputs)];
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
function withActivation(
  { builder, name, fields, hardSigmoidSlope }: LayerContext,
  added: string,
): readonly string[] {
  const activation = layerActivation(fields.get("activation"), hardSigmoidSlope);
  if (activation === undefined) return [added];
  return [builder.add(`${name}_${activation.activation}`, [added], { kind: "activation", ...activation })];
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
