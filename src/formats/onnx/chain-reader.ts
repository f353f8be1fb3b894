// One node after another of a graph as layers: what each makes of the values that it reads.
import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig, NetworkLayer } from "../../networks/config.ts";
import type { Attributes } from "./attributes.ts";
import { type ChainedValue, type ChainValue, isChained } from "./chain-value.ts";
import type { NodeProto } from "./model-proto.ts";
import { numbersOf, RECURRENT_KINDS, readRecurrentNode } from "./recurrent-node.ts";
import { listOf, type OnnxValue } from "./value.ts";

type Inputs = readonly (ChainValue | undefined)[];
type Sequence = Extract<ChainValue, { readonly kind: "sequence" }>;
/** Adds a layer that reads another, and returns its name. */
type AddLayer = (operator: string, from: string, config: LayerConfig, tensors: StateDict) => string;

const INTEGER_TYPES = [6, 7];
/** Rearranges entries, so that zeros stay zeros, and states that come in are states. */
const REARRANGING = /^(Slice|Expand|Unsqueeze|Squeeze|Transpose|Reshape|Concat|Gather|Split|Identity|Cast)$/;
const ASIDE: ChainValue = { kind: "aside" };

/** Reads the nodes of a graph in their order. */
export class ChainReader {
  readonly #layers: NetworkLayer[];
  readonly #tensors: StateDict;
  readonly #add: AddLayer;
  readonly #opset: number;
  /** The letter of the axis that is time, once a recurrent node has said it. */
  #time: string | undefined;

  constructor(layers: NetworkLayer[], tensors: StateDict, add: AddLayer, opset: number) {
    this.#layers = layers;
    this.#tensors = tensors;
    this.#add = add;
    this.#opset = opset;
  }

  /** What a node's first output is. Throws what is wrong with it. */
  read(node: NodeProto, inputs: Inputs, attributes: Attributes): ChainValue {
    const { operator, domain } = node;
    const plain = domain === "";
    if (plain && operator === "Shape") return ASIDE;
    if (plain && Object.hasOwn(RECURRENT_KINDS, operator))
      return this.#recurrent(operator, inputs, attributes);
    if (inputs.some(isChained)) {
      if (!plain) throw refused("this operator is not ONNX's own");
      return this.#chained(operator, inputs, attributes);
    }
    return plain ? besides(operator, inputs, attributes) : ASIDE;
  }

  #chained(operator: string, inputs: Inputs, attributes: Attributes): ChainValue {
    if (operator === "Gather") return this.#embedding(inputs, attributes);
    if (operator === "Add") return this.#bias(inputs);
    const [from, second] = inputs;
    if (!isChained(from)) throw refused("it reads a layer's output where a layer has its weights");
    switch (operator) {
      case "Identity":
        return from;
      case "Dropout":
        if (inputs[2] && !isZeros(inputs[2]))
          throw refused("it drops in training, needed a model that predicts");
        return from;
      case "Cast":
        if (from.kind === "ids" && INTEGER_TYPES.includes(attributes.int("to", 0))) return from;
        throw refused("it changes the type of a layer's output");
      case "Transpose":
        return transposed(from, attributes);
      case "Squeeze":
        return squeezed(from, attributes.ints("axes") ?? listed(second));
      case "Reshape":
        return reshaped(from, listed(second));
      case "MatMul":
      case "Gemm":
        return this.#linear(operator, from, inputs, attributes);
      case "Softmax":
      case "LogSoftmax":
        return this.#softmax(operator, from, attributes);
      default:
        throw refused("needed an embedding, RNN, LSTM or GRU layers and a linear layer alone");
    }
  }

  #embedding([table, ids]: Inputs, attributes: Attributes): ChainValue {
    if (table?.kind !== "constant" || ids?.kind !== "ids" || table.value.dims.length !== 2)
      throw refused("it picks from a layer's output, needed rows of a constant matrix by ids");
    if (attributes.int("axis", 0) !== 0) throw refused("it picks columns, needed rows");
    if (this.#layers.length > 0) throw refused("it is a second embedding, needed one");
    const [vocabularySize, size] = table.value.dims;
    const weight = { shape: table.value.dims, data: numbersOf(table.value) };
    const layer = this.#add("embedding", ids.input, { kind: "embedding", vocabularySize, size }, { weight });
    return { kind: "sequence", layer, axes: `${ids.axes}C`, width: size };
  }

  #recurrent(operator: string, inputs: Inputs, attributes: Attributes): ChainValue {
    const [from, W, R, B, lengths, h, c, peepholes] = inputs;
    if (from?.kind !== "sequence")
      throw refused("what it reads is not made of token ids, needed an embedding first");
    if (lengths) throw refused("it is given the lengths of sequences, needed all steps");
    if (peepholes) throw refused("it has peepholes, needed a plain LSTM");
    for (const state of [h, c])
      if (state && state.kind !== "states" && !isZeros(state))
        throw refused("it begins with a state of its own, needed zeros or an input");
    const constants = { W: constant(W, "W"), R: constant(R, "R"), B: B && constant(B, "B") };
    const { config, tensors, batchFirst } = readRecurrentNode(
      RECURRENT_KINDS[operator],
      attributes,
      constants,
    );
    const [first, second, last] = from.axes;
    const time = batchFirst ? second : first;
    this.#time ??= time;
    if (from.axes.length !== 3 || last !== "C" || time !== this.#time)
      throw refused("it takes another axis for time than the one before it");
    const { inputSize, hiddenSize } = config.options;
    requireWidth(from, inputSize);
    const axes = batchFirst ? `${first}${second}DC` : `${first}D${second}C`;
    return {
      kind: "sequence",
      layer: this.#add(operator, from.layer, config, tensors),
      axes,
      width: hiddenSize,
    };
  }

  /** x·W, with a bias where it is a Gemm that has one. */
  #linear(operator: string, from: ChainedValue, inputs: Inputs, attributes: Attributes): ChainValue {
    const sequence = channelsLast(from);
    const weights = constant(inputs[1], "matrix");
    if (weights.dims.length !== 2) throw refused(`its weights have ${weights.dims.length} axes, needed 2`);
    const isGemm = operator === "Gemm";
    if (
      isGemm &&
      (attributes.float("alpha", 1) !== 1 || attributes.float("beta", 1) !== 1 || attributes.flag("transA"))
    )
      throw refused("it scales or transposes what it reads");
    const isOutputFirst = isGemm && attributes.flag("transB");
    const [inputSize, outputSize] = isOutputFirst ? [...weights.dims].reverse() : weights.dims;
    requireWidth(sequence, inputSize);
    const data = numbersOf(weights);
    const weight = {
      shape: [outputSize, inputSize],
      data: isOutputFirst ? data : turned(data, inputSize, outputSize),
    };
    const bias = isGemm && inputs[2] ? biasOf(inputs[2], outputSize) : undefined;
    const config: LayerConfig = { kind: "linear", inputSize, outputSize, bias: bias !== undefined };
    const layer = this.#add("linear", sequence.layer, config, { weight, ...(bias && { bias }) });
    return { ...sequence, layer, width: outputSize };
  }

  /** The bias of the linear layer that was read just before. */
  #bias(inputs: Inputs): ChainValue {
    const from = inputs.find(isChained)!;
    const added = inputs.find((value) => value !== from);
    const last = this.#layers.at(-1);
    if (added?.kind !== "constant" || from.kind !== "sequence" || last?.name !== from.layer)
      throw refused("needed a bias, a constant that is added to what a linear layer has just made");
    if (last.config.kind !== "linear" || last.config.bias)
      throw refused("it is added to what is not a linear layer without a bias");
    // It becomes another layer, so that nothing can be taken from the one without.
    this.#layers.pop();
    const weight = this.#tensors[`${last.name}.weight`];
    delete this.#tensors[`${last.name}.weight`];
    const bias = biasOf(added, last.config.outputSize);
    const layer = this.#add("gemm", last.inputs[0], { ...last.config, bias: true }, { weight, bias });
    return { ...from, layer };
  }

  #softmax(operator: string, from: ChainedValue, attributes: Attributes): ChainValue {
    const sequence = channelsLast(from);
    // Before version 13 the axis that is not said was the second.
    const axis = attributes.int("axis", this.#opset < 13 ? 1 : -1);
    if (axis !== -1 && axis !== sequence.axes.length - 1)
      throw refused("it is over another axis than the last");
    const activation = operator === "Softmax" ? "softmax" : "log-softmax";
    return {
      ...sequence,
      layer: this.#add(operator, sequence.layer, { kind: "activation", activation }, {}),
    };
  }
}

/** What a node makes that reads no layer's output: constants, states to begin with, or something that takes no part. */
function besides(operator: string, inputs: Inputs, attributes: Attributes): ChainValue {
  if (operator === "Constant") {
    const value = attributes.tensor("value");
    return value ? { kind: "constant", value } : ASIDE;
  }
  if (operator === "ConstantOfShape")
    return attributes.tensor("value")?.data.some((number) => number !== 0) ? ASIDE : { kind: "states" };
  const [first] = inputs;
  if (operator === "Identity") return first ?? ASIDE;
  if (operator === "Transpose" && first?.kind === "constant" && first.value.dims.length === 2) {
    const [rows, columns] = first.value.dims;
    const isSame = attributes.ints("perm")?.join() === "0,1";
    const value = {
      type: first.value.type,
      dims: [columns, rows],
      data: turned(numbersOf(first.value), rows, columns),
    };
    return isSame ? first : { kind: "constant", value };
  }
  const data = operator === "Concat" ? inputs : [first];
  const areStates = data.every((value) => value && (value.kind === "states" || isZeros(value)));
  return REARRANGING.test(operator) && areStates ? { kind: "states" } : ASIDE;
}

function transposed(from: ChainedValue, attributes: Attributes): ChainValue {
  const order = attributes.ints("perm") ?? Array.from(from.axes, (_, axis) => from.axes.length - 1 - axis);
  if ([...order].sort((a, b) => a - b).join() !== Array.from(from.axes, (_, axis) => axis).join())
    throw refused(`its order of axes is ${order.join(", ")}`);
  return { ...from, axes: order.map((axis) => from.axes[axis]).join("") };
}

function squeezed(from: ChainedValue, axes: readonly number[]): ChainValue {
  const rank = from.axes.length;
  const [axis] = axes.map((each) => (each < 0 ? each + rank : each));
  if (axes.length !== 1 || from.axes[axis] !== "D")
    throw refused("needed the axis of directions, which is the one that a recurrent node adds");
  return { ...from, axes: from.axes.slice(0, axis) + from.axes.slice(axis + 1) };
}

/** Directions and channels become one axis, or all steps of all sequences do. */
function reshaped(from: ChainedValue, shape: readonly number[]): ChainValue {
  const sequence = channelsLast(from);
  const { axes, width } = sequence;
  const isWidth = (length: number) => length === -1 || length === width;
  const [first, second, last] = shape;
  if (/^..DC$/.test(axes) && shape.length === 3 && first === 0 && second === 0 && isWidth(last))
    return { ...sequence, axes: `${axes.slice(0, 2)}C` };
  if (/^[01][01]C$/.test(axes) && shape.length === 2 && first === -1 && second === width)
    return { ...sequence, axes: "NC" };
  throw refused(`its shape is ${shape.join(", ")}, needed one that keeps channels together`);
}

function channelsLast(from: ChainedValue): Sequence {
  if (from.kind === "ids") throw refused("it reads the ids themselves, needed an embedding first");
  if (!from.axes.endsWith("C")) throw refused("the channels of what it reads are not the last axis");
  return from;
}

function requireWidth({ width }: Sequence, needed: number): void {
  if (width !== needed) throw refused(`what it reads has ${width} channels, needed ${needed}`);
}

function biasOf(value: ChainValue, size: number) {
  const found = constant(value, "bias");
  if (found.data.length !== size || found.dims.at(-1) !== size)
    throw refused(`its bias has ${found.data.length} numbers, needed ${size}`);
  return { shape: [size], data: numbersOf(found) };
}

function constant(value: ChainValue | undefined, what: string): OnnxValue {
  if (value?.kind !== "constant") throw refused(`its ${what} is computed, needed a constant`);
  return value.value;
}

function listed(value: ChainValue | undefined): number[] {
  return listOf(constant(value, "list of axes or lengths"), "its list of axes or lengths");
}

function isZeros(value: ChainValue): boolean {
  return value.kind === "constant" && value.value.data.every((number) => number === 0);
}

/** A matrix [rows, columns] as [columns, rows]. */
function turned(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column];
  return result;
}

function refused(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", problem);
}
