import { UnrolledError } from "../../../errors.ts";
import type { LayerConfig, NetworkLayer, RecurrentLayerConfig } from "../../../networks/config.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import { writeActivationLayer } from "./write-activation.ts";
import { writeAttention } from "./write-attention.ts";
import { writeCharacterConv } from "./write-character-conv.ts";
import {
  parameterConstant,
  transposedConstant,
  type WriteContext,
  type WrittenValue,
} from "./write-context.ts";
import type { GraphWriter } from "./write-graph.ts";
import { bothMasks, writeMaskedBy, writeMasking, writeZeroMasked } from "./write-masks.ts";
import { writeGlobalPool, writeRepeat, writeSoftmaxOverTime, writeUntilEnds } from "./write-over-time.ts";
import { writeFinalState, writeRecurrent } from "./write-recurrent.ts";
import { type StepsConfig, writeSteps } from "./write-steps.ts";

/** A layer that is written: what it reads, and the shape of what it makes. */
interface WrittenKind<Config> {
  readonly context: WriteContext;
  readonly layer: string;
  readonly config: Config;
  readonly values: readonly WrittenValue[];
  readonly shape: ValueShape;
}

type Kind = LayerConfig["kind"];
type Writer<Config> = (written: WrittenKind<Config>) => WrittenValue;

/** How each kind of layer is written. */
const writers: { readonly [K in Kind]: Writer<Extract<LayerConfig, { readonly kind: K }>> } = {
  rnn: recurrent,
  lstm: recurrent,
  gru: recurrent,
  mgu: recurrent,
  ugrnn: recurrent,
  embedding({ context, layer, config, values: [value], shape }) {
    const { graph } = context;
    const name = graph.add("Gather", [parameterConstant(context, layer, "weight"), value.name]);
    if (!config.maskZero) return { ...value, name, shape };
    const kept = graph.add("Not", [graph.add("Equal", [value.name, graph.int(0)])]);
    return { ...value, name, shape, mask: bothMasks(context, value.mask, kept) };
  },
  linear({ context, layer, config, values: [value], shape }) {
    const { graph } = context;
    const product = graph.add("MatMul", [value.name, transposedConstant(context, layer, "weight")]);
    if (!config.bias) return { ...value, name: product, shape };
    const name = graph.add("Add", [product, parameterConstant(context, layer, "bias")]);
    return { ...value, name, shape };
  },
  "layer-norm"({ context, layer, config, values: [value], shape }) {
    const [gain, bias] = ["weight", "bias"].map((own) => parameterConstant(context, layer, own));
    const attributes = { axis: { int: -1 }, epsilon: { float: config.epsilon } };
    const name = context.graph.add("LayerNormalization", [value.name, gain, bias], attributes);
    return { ...value, name, shape };
  },
  activation({ context: { graph }, config, values: [value], shape }) {
    return {
      ...value,
      name: writeActivationLayer(graph, value.name, config.activation, config.alpha),
      shape,
    };
  },
  dropout: ({ values: [value] }) => value,
  "word-dropout": ({ values: [value] }) => value,
  // Its scores are for what decodes.
  crf: ({ values: [value] }) => value,
  "transducer-joint": ({ layer }) => {
    const problem = `${layer} joins two networks step by step, which one graph does not do; a transducer is written as three, in a folder`;
    throw new UnrolledError("invalid-argument", { call: "writeOnnx", problem });
  },
  "look-ahead": ({ context, layer, config, values: [value], shape }) => {
    const { graph } = context;
    const swap = (name: string) => graph.add("Transpose", [name], { perm: { ints: [0, 2, 1] } });
    // [τ + 1, C] as the weights [C, 1, τ + 1] of a convolution of each channel by itself.
    const turned = graph.add("Transpose", [parameterConstant(context, layer, "weight")]);
    const weight = graph.add("Reshape", [turned, graph.ints([config.size, 1, config.steps + 1])]);
    const name = graph.add("Conv", [swap(value.name), weight], {
      kernel_shape: { ints: [config.steps + 1] },
      group: { int: config.size },
      pads: { ints: [0, config.steps] },
    });
    return { ...value, name: swap(name), shape };
  },
  "character-conv": ({ context, layer, config, values, shape }) => ({
    ...values[0],
    name: writeCharacterConv(context, layer, config, values),
    shape,
  }),
  masking: ({ context, config, values: [value] }) => writeMasking(context, config, value),
  "masked-by": ({ context, config, values }) => writeMaskedBy(context, config, values),
  "reverse-steps": steps,
  pool1d: steps,
  "global-pool1d": ({ context, layer, config, values: [value], shape }) => ({
    name: writeGlobalPool(context, config.pool, value, layer),
    shape,
  }),
  "max-over-time": ({ context, values: [value], shape }) => ({
    name: writeGlobalPool(context, "max", value),
    shape,
  }),
  "final-state": ({ context: { graph }, config, values: [value], shape }) => ({
    name: writeFinalState(graph, config, value),
    shape,
  }),
  conv1d: ({ context, layer, config, values: [value], shape }) =>
    writeConvolution(context, layer, config, value, shape),
  conv2d({ context, layer, config, values: [value], shape }) {
    const { kernelSize, stride, padding, bias } = config;
    const own = bias ? ["weight", "bias"] : ["weight"];
    const inputs = [value.name, ...own.map((name) => parameterConstant(context, layer, name))];
    const name = context.graph.add("Conv", inputs, {
      kernel_shape: { ints: [kernelSize, kernelSize] },
      strides: { ints: [stride, stride] },
      pads: { ints: [padding, padding, padding, padding] },
    });
    return { name, shape };
  },
  flatten: ({ context: { graph }, values: [value], shape }) => ({
    name: graph.add("Flatten", [value.name]),
    shape,
  }),
  reshape({ context: { graph }, config, values: [value], shape }) {
    const name = graph.add("Reshape", [value.name, graph.ints([0, ...config.shape])]);
    const { lengths, mask } = value;
    return shape.axes.includes("T") ? { name, shape, lengths, mask } : { name, shape };
  },
  "swap-axes"({ context: { graph }, config, values: [value], shape }) {
    const order = value.shape.axes.map((_, at) => at);
    const at = config.axes === "first" ? 0 : order.length - 2;
    order.splice(at, 2, at + 1, at);
    const name = graph.add("Transpose", [value.name], { perm: { ints: order } });
    const { lengths, mask } = value;
    const turned = mask && at === 0 ? graph.add("Transpose", [mask], { perm: { ints: [1, 0] } }) : mask;
    return { name, shape, lengths, mask: turned };
  },
  scale({ context: { graph }, config: { factor, offset = 0 }, values: [value], shape }) {
    const product = factor === 1 ? value.name : graph.add("Mul", [value.name, graph.float(factor)]);
    return {
      ...value,
      name: offset === 0 ? product : graph.add("Add", [product, graph.float(offset)]),
      shape,
    };
  },
  affine({ context, layer, config, values: [value], shape }) {
    const { graph } = context;
    const constant = (own: string) => parameterConstant(context, layer, own);
    const product = config.weight ? graph.add("Mul", [value.name, constant("weight")]) : value.name;
    return { ...value, name: config.bias ? graph.add("Add", [product, constant("bias")]) : product, shape };
  },
  attention: ({ context, layer, config, values, shape }) =>
    writeAttention(context, layer, config, values, shape),
  "attentive-recurrent"({ layer }) {
    throw new UnrolledError("invalid-argument", {
      call: "writeOnnx",
      problem: `layer ${layer} looks back at a memory at each step, which is not written yet`,
    });
  },
  columns({ context: { graph }, config: { start, end }, values: [value], shape }) {
    const bounds = [start, end, -1].map((number) => graph.ints([number]));
    return { ...value, name: graph.add("Slice", [value.name, ...bounds]), shape };
  },
  matmul({ context, values, shape }) {
    const name = context.graph.add(
      "MatMul",
      values.map((value) => value.name),
    );
    return { ...shared(context, values), name, shape };
  },
  "sum-last"({ context: { graph }, values: [value], shape }) {
    const name = graph.add("ReduceSum", [value.name, graph.ints([-1])], { keepdims: { int: 0 } });
    return shape.axes.includes("T") ? { ...value, name, shape } : { name, shape };
  },
  "softmax-over-time": ({ context, values: [value], shape }) => ({
    ...value,
    name: writeSoftmaxOverTime(context, value),
    shape,
  }),
  "select-step": ({ context: { graph }, config: { index }, values: [value], shape }) => ({
    name: graph.add("Gather", [value.name, graph.int(index)], {
      axis: { int: value.shape.axes.indexOf("T") },
    }),
    shape,
  }),
  "repeat-over-time"({ context, values, shape }) {
    const { lengths, mask } = values[1];
    return { name: writeRepeat(context, values, shape), shape, lengths, mask };
  },
  "until-ends": ({ context, values: [value], shape }) => ({
    ...value,
    name: writeUntilEnds(context, value),
    shape,
  }),
  "zero-masked": ({ context, values: [value], shape }) => writeZeroMasked(context, value, shape),
  "all-steps": ({ values: [{ name }], shape }) => ({ name, shape }),
  add: (written) => combined(written, "Add"),
  multiply: (written) => combined(written, "Mul"),
  average(written) {
    const { graph } = written.context;
    const sum = combined(written, "Add");
    return { ...sum, name: graph.add("Div", [sum.name, graph.float(written.values.length)]) };
  },
  concat({ context, config, values, shape }) {
    const along = config.axis < 0 ? values[0].shape.axes.length + config.axis : config.axis;
    const names = values.map(({ name }) => name);
    const name = context.graph.add("Concat", names, { axis: { int: along } });
    return along < 2 ? { name, shape } : { ...shared(context, values), name, shape };
  },
};

/** Writes one layer that reads these values, and returns what it makes, of that shape. */
export function writeLayer(
  context: WriteContext,
  { name: layer, config }: NetworkLayer,
  values: readonly WrittenValue[],
  shape: ValueShape,
): WrittenValue {
  context.graph.enter(layer);
  // A configuration's kind is that of its row, unless its cell is the user's own.
  const write = writers[config.kind] as Writer<LayerConfig> | undefined;
  if (!write)
    throw new UnrolledError("invalid-argument", {
      call: "writeOnnx",
      problem: `layer ${layer} has a cell of one's own (${config.kind}), and what its step computes is not known here`,
    });
  return write({ context, layer, config, values, shape });
}

function recurrent({ context, layer, config, values, shape }: WrittenKind<RecurrentLayerConfig>) {
  return writeRecurrent(context, layer, config, values, shape);
}

function steps({ context, layer, config, values: [value], shape }: WrittenKind<StepsConfig>): WrittenValue {
  return writeSteps(context, layer, config, value, shape);
}

/** Values combined entry by entry. */
function combined({ context, values, shape }: WrittenKind<LayerConfig>, operator: string): WrittenValue {
  const names = values.map(({ name }) => name);
  const name = names.reduce((sum, name) => context.graph.add(operator, [sum, name]));
  return { ...shared(context, values), name, shape };
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
  if ((value.lengths || value.mask) && (padding === "valid" || stride > 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "writeOnnx",
      problem: `layer ${layer} (conv1d) changes the number of steps, so sequences of unequal length cannot pass it; needed a network without lengths and masks`,
    });
  }
  const around = (kernelSize - 1) * dilation;
  const before = padding === "causal" ? around : padding === "same" ? Math.floor(around / 2) : 0;
  const after = padding === "same" ? around - before : 0;
  // How much of the padding a stride leaves depends on the length of the sequence.
  const isOpen = padding === "same" && stride > 1;
  const channelsFirst = swap(value.name);
  const x = isOpen ? paddedForStride(graph, channelsFirst, around, stride) : channelsFirst;
  const inputs = [x, parameterConstant(context, layer, "weight")];
  if (config.bias) inputs.push(parameterConstant(context, layer, "bias"));
  const name = graph.add("Conv", inputs, {
    kernel_shape: { ints: [kernelSize] },
    strides: { ints: [stride] },
    dilations: { ints: [dilation] },
    pads: { ints: isOpen ? [0, 0] : [before, after] },
  });
  return { ...value, name: swap(name), shape };
}

/** x [B, C, T] with so many zeros around T that there are ⌈T / stride⌉ places; the half that is larger comes last. */
function paddedForStride(graph: GraphWriter, x: string, around: number, stride: number): string {
  const whole = (operator: string, a: string, b: number) => graph.add(operator, [a, graph.ints([b])]);
  const length = graph.add("Shape", [x], { start: { int: 2 }, end: { int: 3 } });
  const places = whole("Div", whole("Add", length, stride - 1), stride);
  const reach = whole("Add", whole("Mul", whole("Sub", places, 1), stride), around + 1);
  const total = graph.add("Clip", [graph.add("Sub", [reach, length]), graph.int(0)]);
  const before = whole("Div", total, 2);
  const after = graph.add("Sub", [total, before]);
  const pads = [graph.ints([0, 0]), before, graph.ints([0, 0]), after];
  return graph.add("Pad", [x, graph.add("Concat", pads, { axis: { int: 0 } })]);
}

/** What is known of the steps of values that are combined step by step: those count which count in all. */
function shared(context: WriteContext, values: readonly WrittenValue[]) {
  return {
    lengths: values.find(({ lengths }) => lengths)?.lengths,
    mask: values.map(({ mask }) => mask).reduce((a, b) => bothMasks(context, a, b), undefined),
  };
}
