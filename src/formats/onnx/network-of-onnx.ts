import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig, NetworkLayer } from "../../networks/config.ts";
import { checkNetworkData, type NetworkData } from "../../networks/network-data.ts";
import { Allowance } from "../allowance.ts";
import { Attributes } from "./attributes.ts";
import { ChainReader } from "./chain-reader.ts";
import { type ChainValue, isChained } from "./chain-value.ts";
import { readModelProto } from "./model-proto.ts";
import { titleOf } from "./node-title.ts";
import type { OnnxExternalData } from "./tensor-proto.ts";

const CALL = "networkOfOnnx";

/**
 * The network of an ONNX file whose graph is a language model's: token ids, an embedding, RNN, LSTM or GRU nodes that read forwards
 * from zeros or from states that are inputs, a linear layer, perhaps a softmax, and the rearranging around them that PyTorch's
 * exporter and `writeOnnx` write. What other graphs compute `openOnnx` runs.
 *
 * @param bytes the file
 * @returns layers named after their operators (`lstm_1`), for `languageModelOfNetwork`
 * @throws UnrolledError "invalid-file" for a damaged file, or one that names the first node that is not part of such a model
 */
export function networkOfOnnx(
  bytes: Uint8Array,
  options: {
    /** Bytes that reading may make; four times the file's length (at least 1 MiB) if not given. */
    readonly maxBytes?: number;
    /** Reads weights that are stored in other files; without it they are an error. */
    readonly externalData?: OnnxExternalData;
  } = {},
): NetworkData {
  const { graph, opsets } = readModelProto(CALL, bytes, options);
  const values = new Map<string, ChainValue>();
  for (const { name, type, dims } of graph.inputs) {
    const isIds = type !== undefined && /^int/.test(type) && dims?.length === 2;
    values.set(name, isIds ? { kind: "ids", input: name, axes: "01" } : { kind: "states" });
  }
  for (const { name, value } of graph.constants) values.set(name, { kind: "constant", value });

  const layers: NetworkLayer[] = [];
  const tensors: StateDict = {};
  const add = (operator: string, from: string, config: LayerConfig, own: StateDict) => {
    const name = `${operator.toLowerCase()}_${layers.length}`;
    layers.push({ name, inputs: [from], config });
    for (const [part, tensor] of Object.entries(own)) tensors[`${name}.${part}`] = tensor;
    return name;
  };
  // Nodes may share a weight, and each would have its own copy.
  const held = graph.constants.reduce((sum, { value }) => sum + value.data.byteLength, bytes.length);
  const allowance = new Allowance(CALL, held, options.maxBytes);
  const reader = new ChainReader(layers, tensors, add, opsets.get("") ?? 0);
  graph.nodes.forEach((node, number) => {
    const read = node.inputs.map((name) => values.get(name));
    const taken = read.reduce(
      (sum, value) => sum + (value?.kind === "constant" ? value.value.data.byteLength : 0),
      0,
    );
    allowance.take(taken, titleOf(node, number));
    try {
      const unknown = node.inputs.find((name) => name !== "" && !values.has(name));
      if (unknown !== undefined)
        throw new UnrolledError("invalid-file", `it reads "${unknown}", which nothing before it makes`);
      const made = reader.read(node, read, new Attributes(node.attributes));
      node.outputs.forEach((name, index) => {
        values.set(name, index === 0 ? made : { kind: "aside" });
      });
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      throw new UnrolledError("invalid-file", {
        call: CALL,
        problem: [`${titleOf(node, number)} is no part of a language model: `, ...error.text],
      });
    }
  });
  return finished(
    graph.outputs.map(({ name }) => [name, values.get(name)] as const),
    layers,
    tensors,
  );
}

/** The network that ends in the first output that its layers make. */
function finished(
  outputs: readonly (readonly [string, ChainValue | undefined])[],
  layers: NetworkLayer[],
  tensors: StateDict,
): NetworkData {
  for (const [name, value] of outputs) {
    if (!isChained(value) || value.kind === "ids") continue;
    const network: NetworkData = {
      config: {
        inputs: [{ name: layers[0].inputs[0], axes: ["B", "T"], kind: "int" }],
        layers,
        outputs: [{ name, from: value.layer }],
      },
      tensors,
    };
    checkNetworkData(network);
    return network;
  }
  const names = outputs.map(([name]) => `"${name}"`).join(", ");
  throw new UnrolledError("invalid-file", {
    call: CALL,
    problem: `the graph's outputs ${names} follow from no token ids, needed the logits of a language model`,
  });
}
