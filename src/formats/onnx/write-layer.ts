import type { LayerConfig, NetworkLayer } from "../../networks/config.ts";
import { isRecurrent } from "../../networks/recurrent-axes.ts";
import type { ValueShape } from "../../networks/value-shape.ts";
import { writeActivationLayer } from "./write-activation.ts";
import {
  parameterConstant,
  transposedConstant,
  type WriteContext,
  type WrittenValue,
} from "./write-context.ts";
import { writeRecurrent } from "./write-recurrent.ts";

/** Writes one layer that reads these values, and returns what it makes, of that shape. */
export function writeLayer(
  context: WriteContext,
  { name: layer, config }: NetworkLayer,
  values: readonly WrittenValue[],
  shape: ValueShape,
): WrittenValue {
  const { graph } = context;
  graph.enter(layer);
  const [value] = values;
  const x = value.name;
  if (isRecurrent(config)) return writeRecurrent(context, layer, config, value, shape);
  const changed = (name: string): WrittenValue => ({ ...value, name, shape });
  switch (config.kind) {
    case "embedding": {
      const name = graph.add("Gather", [parameterConstant(context, layer, "weight"), x]);
      if (!config.maskZero) return changed(name);
      const kept = graph.add("Not", [graph.add("Equal", [x, graph.int(0)])]);
      return { ...changed(name), mask: bothMasks(context, value.mask, kept) };
    }
    case "linear": {
      const product = graph.add("MatMul", [x, transposedConstant(context, layer, "weight")]);
      if (!config.bias) return changed(product);
      return changed(graph.add("Add", [product, parameterConstant(context, layer, "bias")]));
    }
    case "layer-norm": {
      const [gain, bias] = ["weight", "bias"].map((own) => parameterConstant(context, layer, own));
      const attributes = { axis: { int: -1 }, epsilon: { float: config.epsilon } };
      return changed(graph.add("LayerNormalization", [x, gain, bias], attributes));
    }
    case "activation":
      return changed(writeActivationLayer(graph, x, config.activation, config.alpha));
    case "dropout":
      return value;
    case "masking":
      return writeMasking(context, config, value);
    case "conv1d":
      return writeConvolution(context, layer, config, value, shape);
    case "flatten":
      return { name: graph.add("Flatten", [x]), shape };
    case "reshape":
      return { name: graph.add("Reshape", [x, graph.ints([0, ...config.shape])]), shape };
    case "add":
    case "multiply":
    case "average": {
      const operator = config.kind === "multiply" ? "Mul" : "Add";
      const names = values.map(({ name }) => name);
      const all = names.reduce((sum, name) => graph.add(operator, [sum, name]));
      const name = config.kind === "average" ? graph.add("Div", [all, graph.float(names.length)]) : all;
      return { ...shared(context, values), name, shape };
    }
    case "concat": {
      const names = values.map(({ name }) => name);
      const along = config.axis < 0 ? value.shape.axes.length + config.axis : config.axis;
      const name = graph.add("Concat", names, { axis: { int: along } });
      return along < 2 ? { name, shape } : { ...shared(context, values), name, shape };
    }
  }
}

/** Steps whose entries all equal a value are masked, and set to zero. */
function writeMasking(
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

/** [B, T, C] to ONNX's [B, C, T] and back. */
function writeConvolution(
  context: WriteContext,
  layer: string,
  config: Extract<LayerConfig, { kind: "conv1d" }>,
  value: WrittenValue,
  shape: ValueShape,
): WrittenValue {
  const { graph } = context;
  const swap = (name: string) => graph.add("Transpose", [name], { perm: { ints: [0, 2, 1] } });
  const { kernelSize, stride, dilation, padding } = config;
  const around = (kernelSize - 1) * dilation;
  const inputs = [swap(value.name), parameterConstant(context, layer, "weight")];
  if (config.bias) inputs.push(parameterConstant(context, layer, "bias"));
  const before = padding === "causal" ? around : padding === "same" ? Math.floor(around / 2) : 0;
  const after = padding === "same" ? around - before : 0;
  // How much a stride leaves of the padding depends on the length of the sequence.
  const pads =
    padding === "same" && stride > 1
      ? { auto_pad: { text: "SAME_UPPER" } }
      : { pads: { ints: [before, after] } };
  const name = graph.add("Conv", inputs, {
    kernel_shape: { ints: [kernelSize] },
    strides: { ints: [stride] },
    dilations: { ints: [dilation] },
    ...pads,
  });
  return { name: swap(name), shape };
}

/** What is known of the steps of values that are combined step by step: those count which count in all. */
function shared(context: WriteContext, values: readonly WrittenValue[]) {
  return {
    lengths: values.find(({ lengths }) => lengths)?.lengths,
    mask: values.map(({ mask }) => mask).reduce((a, b) => bothMasks(context, a, b), undefined),
  };
}

function bothMasks(
  { graph }: WriteContext,
  a: string | undefined,
  b: string | undefined,
): string | undefined {
  if (!a || !b || a === b) return a ?? b;
  return graph.add("And", [a, b]);
}
