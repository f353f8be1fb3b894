import { UnrolledError } from "../../../errors.ts";
import { hasLengths } from "../../../networks/mask.ts";
import { checkNetworkData, type NetworkData } from "../../../networks/network-data.ts";
import { networkShapes } from "../../../networks/network-shapes.ts";
import { isRecurrent } from "../../../networks/recurrent-axes.ts";
import { tiesOf } from "../../../networks/ties.ts";
import type { WriteContext, WrittenValue } from "./write-context.ts";
import { GraphWriter } from "./write-graph.ts";
import { writeLayer } from "./write-layer.ts";
import { modelMessage } from "./write-messages.ts";

/** How a network becomes an ONNX file. */
export interface OnnxOptions {
  /** Version of ONNX's operators, 17 to 21; 17 if not given. */
  readonly opset?: number;
  /**
   * Whether states come in as inputs `LAYER.h_0` (and `LAYER.c_0`, [L·D, B, H]) and go out as `LAYER.h_n`, so that a stream can be
   * continued, or every sequence begins afresh, from what the layers have learnt where they have. If not given, carried where all
   * recurrent layers read forwards alone and begin with zeros, for a file does not say what those inputs are to begin with.
   */
  readonly states?: "carried" | "internal";
  /** Whether there is an input `lengths`, int32 [B]: the steps that each sequence has; false if not given. */
  readonly lengths?: boolean;
  /** What the file says of the model beside the graph, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const LEAST_OPSET = 17;
const MOST_OPSET = 21;
/** What a protocol buffer can hold. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A network as an ONNX file, to be run by any program that reads these. Inputs and outputs keep their names, ids are int64, "B" and
 * "T" are free. Recurrent layers become RNN, GRU and LSTM where those can do what the layer does, else a Scan over its steps. The scores
 * of a CRF, which no operator decodes, are in the metadata `unrolled.crf`: JSON of `transitions` [K, K], `start` and `end` [K].
 *
 * @throws UnrolledError "invalid-argument", or "shape-mismatch" that names the tensors that do not fit the configuration
 */
export function writeOnnx(network: NetworkData, options: OnnxOptions = {}): Uint8Array {
  const { opset = LEAST_OPSET, lengths = false, states = ownStates(network) } = options;
  if (!Number.isInteger(opset) || opset < LEAST_OPSET || opset > MOST_OPSET) {
    throw new UnrolledError("invalid-argument", {
      call: "writeOnnx",
      subject: "opset",
      got: `${opset}`,
      needed: `${LEAST_OPSET} to ${MOST_OPSET}`,
    });
  }
  checkNetworkData(network);
  const { config, tensors } = network;
  const graph = new GraphWriter(opset);
  const context: WriteContext = { graph, tensors, states, ties: tiesOf(config), shared: new Map() };
  const shapes = networkShapes(config);
  const values = new Map<string, WrittenValue>();
  for (const { name } of [...config.inputs, ...config.outputs]) graph.reserve(name);
  const lengthsName = lengths ? graph.input(graph.reserve("lengths"), "int32", ["B"]) : undefined;
  for (const { name, axes, kind } of config.inputs) {
    graph.input(name, kind === "int" ? "int64" : "float", axes);
    const shape = { axes, kind };
    values.set(name, { name, shape, lengths: hasLengths(axes) ? lengthsName : undefined });
  }
  for (const layer of config.layers) {
    const read = layer.inputs.map((name) => values.get(name)!);
    values.set(layer.name, writeLayer(context, layer, read, shapes.get(layer.name)!));
  }
  for (const { name, from } of config.outputs) {
    const { name: value, shape } = values.get(from)!;
    graph.output(value, name, shape.kind === "int" ? "int64" : "float", shape.axes);
  }
  const metadata = { ...crfMetadata(network), ...options.metadata };
  const bytes = modelMessage(graph.message("network"), opset, metadata);
  if (bytes.length > MOST_BYTES) {
    throw new UnrolledError("invalid-argument", {
      call: "writeOnnx",
      problem: `this network takes ${bytes.length} bytes, an ONNX file holds ${MOST_BYTES}`,
    });
  }
  return bytes;
}

/** What decodes the emissions of a network that ends in a CRF. */
function crfMetadata({ config, tensors }: NetworkData): Readonly<Record<string, string>> {
  const layer = config.layers.find(({ config: { kind } }) => kind === "crf");
  if (!layer) return {};
  const numbers = (own: string) => Array.from(tensors[`${layer.name}.${own}`].data);
  const [transitions, start, end] = ["transitions", "start", "end"].map(numbers);
  const rows = start.map((_, row) => transitions.slice(row * start.length, (row + 1) * start.length));
  return { "unrolled.crf": JSON.stringify({ transitions: rows, start, end }) };
}

function ownStates({ config }: NetworkData): "carried" | "internal" {
  const carriable = config.layers.every(({ config: layer }) => {
    if (!isRecurrent(layer)) return true;
    const { direction = "forward", initialState = "zero" } = layer.options;
    return direction === "forward" && initialState === "zero";
  });
  return carriable ? "carried" : "internal";
}
