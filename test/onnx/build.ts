// Small ONNX models for tests, written by protobufjs, so that the reader is tried on files that it did not write itself.
import protobuf from "protobufjs";
import type { OnnxType } from "unrolled/formats/onnx";

const SCHEMA = `
syntax = "proto2";
message StringEntry { optional string key = 1; optional string value = 2; }
message Tensor {
  repeated int64 dims = 1; optional int32 data_type = 2; repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true]; repeated bytes string_data = 6; repeated int64 int64_data = 7 [packed = true];
  optional string name = 8; optional bytes raw_data = 9; repeated double double_data = 10 [packed = true];
  repeated uint64 uint64_data = 11 [packed = true]; optional string doc_string = 12;
  repeated StringEntry external_data = 13; optional int32 data_location = 14;
}
message Attribute {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; optional Tensor t = 5;
  optional Graph g = 6; repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9;
  optional string doc_string = 13; optional int32 type = 20; optional string ref_attr_name = 21;
}
message Node {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated Attribute attribute = 5; optional string doc_string = 6; optional string domain = 7;
}
message Dim { optional int64 dim_value = 1; optional string dim_param = 2; }
message Shape { repeated Dim dim = 1; }
message TensorType { optional int32 elem_type = 1; optional Shape shape = 2; }
message Type { optional TensorType tensor_type = 1; }
message ValueInfo { optional string name = 1; optional Type type = 2; }
message Graph {
  repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5; optional string doc_string = 10;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12; repeated ValueInfo value_info = 13;
}
message Opset { optional string domain = 1; optional int64 version = 2; }
message Model {
  optional int64 ir_version = 1; repeated Opset opset_import = 8; optional string producer_name = 2; optional Graph graph = 7;
}
`;

const Model = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType("Model");

/** A constant or what is fed. */
export interface Numbers {
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** An attribute by what it is in ONNX. */
export type TestAttribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly t: Numbers }
  | { readonly g: TestGraph };

export interface TestNode {
  readonly op: string;
  readonly name?: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
}

export interface TestInfo {
  readonly name: string;
  readonly type?: OnnxType;
  readonly dims?: readonly (number | string)[];
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly inputs: readonly TestInfo[];
  readonly outputs: readonly (string | TestInfo)[];
  readonly constants?: Readonly<Record<string, Numbers>>;
}

export const NUMBERS: Readonly<Record<OnnxType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

/** A model file. */
export function modelFile(
  graph: TestGraph,
  opset = 17,
  domains: Readonly<Record<string, number>> = { "com.microsoft": 1 },
): Uint8Array {
  const message = {
    ir_version: opset < 9 ? 4 : opset < 18 ? 8 : 10,
    producer_name: "test",
    opset_import: [
      { domain: "", version: opset },
      ...Object.entries(domains).map(([domain, version]) => ({ domain, version })),
    ],
    graph: graphMessage(graph),
  };
  return encoded(message);
}

/** Any message as a model file, right or wrong. */
export function encoded(message: Record<string, unknown>): Uint8Array {
  // protobufjs gives a Buffer, whose slices are views of it.
  return Uint8Array.from(Model.encode(Model.fromObject(message)).finish());
}

export function graphMessage({ nodes, inputs, outputs, constants = {} }: TestGraph): Record<string, unknown> {
  return {
    name: "graph",
    node: nodes.map(({ op, name, domain = "", inputs: from, outputs: to, attributes = {} }) => ({
      op_type: op,
      ...(name === undefined ? {} : { name }),
      domain,
      input: from,
      output: to,
      attribute: Object.entries(attributes).map(([key, value]) => ({
        name: key,
        ...attributeMessage(value),
      })),
    })),
    initializer: Object.entries(constants).map(([name, value]) => tensorMessage(value, name)),
    input: inputs.map(infoMessage),
    output: outputs.map((output) => infoMessage(typeof output === "string" ? { name: output } : output)),
  };
}

function infoMessage({ name, type, dims }: TestInfo) {
  if (!type) return { name };
  const shape = dims && {
    dim: dims.map((length) => (typeof length === "number" ? { dim_value: length } : { dim_param: length })),
  };
  return { name, type: { tensor_type: { elem_type: NUMBERS[type], ...(shape ? { shape } : {}) } } };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function attributeMessage(value: TestAttribute): Record<string, unknown> {
  if ("i" in value) return { i: value.i, type: 2 };
  if ("f" in value) return { f: value.f, type: 1 };
  if ("s" in value) return { s: bytesOf(value.s), type: 3 };
  if ("ints" in value) return { ints: value.ints, type: 7 };
  if ("floats" in value) return { floats: value.floats, type: 6 };
  if ("strings" in value) return { strings: value.strings.map(bytesOf), type: 8 };
  if ("t" in value) return { t: tensorMessage(value.t), type: 4 };
  return { g: graphMessage(value.g), type: 5 };
}

/** Entries in the field that belongs to their type; float32 and int64 raw, as exporters write them. */
export function tensorMessage({ type, dims, data }: Numbers, name = ""): Record<string, unknown> {
  const head = { name, dims, data_type: NUMBERS[type] };
  if (type === "float32") return { ...head, raw_data: rawBytes(Float32Array.from(data)) };
  if (type === "int64") return { ...head, raw_data: rawBytes(BigInt64Array.from(data, BigInt)) };
  if (type === "float64") return { ...head, double_data: data };
  if (type === "uint32" || type === "uint64") return { ...head, uint64_data: data };
  return { ...head, int32_data: data };
}

function rawBytes(array: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer);
}
