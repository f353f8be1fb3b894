import { UnrolledError } from "../../errors.ts";
import { type GraphProto, type NodeProto, readModelProto } from "../../formats/onnx/model-proto.ts";
import { findOperator } from "../../formats/onnx/operators.ts";
import type { NamedTensor } from "../../formats/onnx/tensor-proto.ts";
import type { ValueInfo } from "../../formats/onnx/value-info.ts";
import { withExternalData } from "../../open/external-data.ts";
import { openOnnxGraph } from "../../open/open-onnx-graph.ts";
import type { ModelData, ReadModelOptions } from "../../open/read-model.ts";
import { openDevice } from "../../tensor/device.ts";
import { textOf } from "../failure.ts";
import { onnxGatePlaces } from "./gate-places.ts";
import type { ModelFacts, ValueFacts } from "./model-facts.ts";

const WEIGHTS_PLACE = 1;

/** What an ONNX file says of itself, and what of it is not supported here. */
export async function onnxFacts(
  { bytes, place }: Extract<ModelData, { format: "onnx" }>,
  options: ReadModelOptions,
): Promise<ModelFacts> {
  const inBounds = options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes };
  let problem: string | undefined;
  try {
    await openOnnxGraph("openModel", await openDevice({ backend: "wasm" }), bytes, place, inBounds);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    problem = textOf(error);
  }
  const { graph, opsets, producer } = await withExternalData("readModelProto", place, (externalData) =>
    readModelProto("readModel", bytes, { ...inBounds, externalData }),
  );
  const placed = allNodes(graph, []);
  const nodes = placed.map(({ node }) => node);
  const tensors = [...graph.constants, ...placed.flatMap(({ node }) => tensorsIn(node))];
  const names = [...new Set(nodes.map(operatorOf))].sort();
  const opset = opsets.get("");
  return {
    format: "onnx",
    parameters: tensors.reduce((sum, { value }) => sum + value.data.length, 0),
    ...(opset === undefined ? {} : { opset }),
    ...(producer === "" ? {} : { producer }),
    inputs: graph.inputs
      .filter(({ name }) => !graph.constants.some((each) => each.name === name))
      .map(factsOf),
    outputs: graph.outputs.map(factsOf),
    operators: names.map((name) => {
      const alike = nodes.filter((node) => operatorOf(node) === name);
      const supported = findOperator(alike[0].domain, alike[0].operator) !== undefined;
      return { name, nodes: alike.length, supported };
    }),
    recurrent: placed.flatMap(({ node, constants }) => recurrentFacts(node, constants)),
    tensors: tensors.map(({ name, value }) => ({ name, shape: value.dims, dtype: value.type })),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A node, and the constants that it sees: those of its graph and of the graphs around it. */
interface PlacedNode {
  readonly node: NodeProto;
  readonly constants: readonly NamedTensor[];
}

/** Nodes of a graph and of those inside it. */
function allNodes(graph: GraphProto, around: readonly NamedTensor[]): PlacedNode[] {
  const constants = [...graph.constants, ...around];
  return graph.nodes.flatMap((node) => [
    { node, constants },
    ...node.attributes.flatMap(({ graph: inner }) => (inner ? allNodes(inner, constants) : [])),
  ]);
}

/** The weights that a node holds: constants of its branches or its loop, and the floats of a Constant, but for single numbers. */
function tensorsIn({ operator, domain, attributes, outputs }: NodeProto): NamedTensor[] {
  return attributes.flatMap(({ tensor, graph }) => {
    if (graph) return graph.constants;
    const isWeight =
      operator === "Constant" && domain === "" && tensor?.type.startsWith("float") && tensor.dims.length > 0;
    return isWeight ? [{ name: outputs[0], value: tensor! }] : [];
  });
}

function operatorOf({ domain, operator }: NodeProto): string {
  return domain === "" ? operator : `${domain}.${operator}`;
}

/** A recurrent node's hidden size stands in an attribute, or in its weights. */
function recurrentFacts(node: NodeProto, constants: readonly NamedTensor[]) {
  const { name, operator, attributes, inputs, outputs } = node;
  const weights = constants.find((each) => each.name === inputs[WEIGHTS_PLACE])?.value.dims;
  const hidden =
    attributes.find((attribute) => attribute.name === "hidden_size")?.int ??
    (weights ? weights[1] / (operator === "LSTM" ? 4 : 3) : undefined);
  const gates = hidden === undefined ? undefined : onnxGatePlaces(operator, hidden);
  return gates ? [{ name: name || outputs.find((each) => each !== "") || operator, operator, gates }] : [];
}

function factsOf({ name, type, otherType, dims }: ValueInfo): ValueFacts {
  return {
    name,
    kind: type ?? otherType ?? "unknown",
    axes: dims?.map((length, axis) => length ?? `${name}.axis${axis}`) ?? "unknown",
  };
}
