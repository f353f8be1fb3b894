// ModelProto, GraphProto, NodeProto and AttributeProto of onnx.proto (https://github.com/onnx/onnx), as much as running needs.
import { Allowance } from "../allowance.ts";
import { MessageReader } from "./message-reader.ts";
import { sortedNodes } from "./sorted-nodes.ts";
import { type NamedTensor, type OnnxExternalData, readTensor } from "./tensor-proto.ts";
import type { OnnxValue } from "./value.ts";
import { readValueInfo, type ValueInfo } from "./value-info.ts";

/** A value of an attribute; which one there is says its kind. */
export interface AttributeProto {
  readonly name: string;
  int?: number;
  float?: number;
  text?: string;
  tensor?: OnnxValue;
  graph?: GraphProto;
  readonly ints: number[];
  readonly floats: number[];
  readonly texts: string[];
  /** Kinds that nothing here can use: sparse tensors, types, several tensors or graphs. */
  other?: string;
}

/** One operation. A name that is empty stands for an input or an output that is left out. */
export interface NodeProto {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly AttributeProto[];
}

export interface GraphProto {
  readonly name: string;
  /** In an order in which they can run, whatever the file's is. */
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly NamedTensor[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

export interface ModelProto {
  readonly graph: GraphProto;
  /** Version of each set of operators that the model uses; "" is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
}

/** What an object costs beside what it holds. */
const NODE_BYTES = 128;

/** Reads a model file; `UnrolledError` "invalid-file" where it is none. */
export function readModelProto(
  call: string,
  bytes: Uint8Array,
  options: {
    readonly maxBytes?: number | undefined;
    readonly externalData?: OnnxExternalData | undefined;
  } = {},
): ModelProto {
  const message = new MessageReader(new Allowance(call, bytes.length, options.maxBytes), bytes);
  const opsets = new Map<string, number>();
  let graph: GraphProto | undefined;
  let producer = "";
  for (let field = message.next(); field; field = message.next()) {
    if (field === 2) producer = message.string("producer_name");
    else if (field === 7) graph = readGraph(message.message("the graph"), options.externalData);
    else if (field === 8) readOpset(message.message("opset_import"), opsets);
    else message.skip();
  }
  if (!graph) throw message.invalid("there is no graph; this is not an ONNX model");
  return { graph, opsets, producer };
}

function readOpset(message: MessageReader, opsets: Map<string, number>): void {
  let domain = "";
  let version = 0;
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) domain = message.string("an opset's domain");
    else if (field === 2) version = message.whole("an opset's version");
    else message.skip();
  }
  opsets.set(domain === "ai.onnx" ? "" : domain, version);
}

function readGraph(message: MessageReader, external?: OnnxExternalData): GraphProto {
  const nodes: NodeProto[] = [];
  const constants: NamedTensor[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  let name = "";
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) nodes.push(readNode(message.message("a node"), external));
    else if (field === 2) name = message.string("the graph's name");
    else if (field === 5) constants.push(readTensor(message.message("an initializer"), external));
    else if (field === 11) inputs.push(readValueInfo(message.message("an input")));
    else if (field === 12) outputs.push(readValueInfo(message.message("an output")));
    else if (field === 15)
      throw message.invalid("the graph has sparse initializers, which are not supported");
    else message.skip();
  }
  return { name, nodes: sortedNodes(nodes), constants, inputs, outputs };
}

function readNode(message: MessageReader, external?: OnnxExternalData): NodeProto {
  message.allowance.take(NODE_BYTES, "a node");
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: AttributeProto[] = [];
  let name = "";
  let operator = "";
  let domain = "";
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) inputs.push(message.string("a node's input"));
    else if (field === 2) outputs.push(message.string("a node's output"));
    else if (field === 3) name = message.string("a node's name");
    else if (field === 4) operator = message.string("a node's op_type");
    else if (field === 5) attributes.push(readAttribute(message.message("an attribute"), external));
    else if (field === 7) domain = message.string("a node's domain");
    else message.skip();
  }
  if (operator === "") throw message.invalid(`node "${name}" has no op_type`);
  return { name, operator, domain: domain === "ai.onnx" ? "" : domain, inputs, outputs, attributes };
}

/** Which kind of value an attribute says that it has (AttributeProto.AttributeType). */
const KINDS: Readonly<Record<number, string>> = {
  1: "float",
  2: "int",
  3: "text",
  6: "floats",
  7: "ints",
  8: "texts",
};

function readAttribute(message: MessageReader, external?: OnnxExternalData): AttributeProto {
  const attribute: { -readonly [Key in keyof AttributeProto]: AttributeProto[Key] } = {
    name: "",
    ints: [],
    floats: [],
    texts: [],
  };
  let kind = 0;
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) attribute.name = message.string("an attribute's name");
    else if (field === 2) attribute.float = message.float("an attribute's float");
    else if (field === 3) attribute.int = message.whole("an attribute's int");
    else if (field === 4) attribute.text = message.string("an attribute's string");
    else if (field === 5)
      attribute.tensor = readTensor(message.message("an attribute's tensor"), external).value;
    else if (field === 6) attribute.graph = readGraph(message.message("an attribute's graph"), external);
    else if (field === 7) message.floats(attribute.floats, "an attribute's floats");
    else if (field === 8) message.wholes(attribute.ints, "an attribute's ints");
    else if (field === 9) attribute.texts.push(message.string("an attribute's strings"));
    else if (field === 20) kind = message.whole("an attribute's type");
    else if (field === 21) attribute.other = "a reference to a function's attribute";
    else if (field >= 10 && field <= 23 && field !== 13) {
      attribute.other = "a list of tensors or graphs, a sparse tensor or a type";
      message.skip();
    } else message.skip();
    if (field === 21) message.skip();
  }
  // A writer leaves out what is zero.
  const name = KINDS[kind];
  if (name === "float") attribute.float ??= 0;
  if (name === "int") attribute.int ??= 0;
  if (name === "text") attribute.text ??= "";
  return attribute;
}
