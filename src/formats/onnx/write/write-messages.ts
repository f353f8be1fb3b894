// Messages of ONNX, in the field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto):
//   ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8, metadata_props 14     OperatorSetIdProto: version 2
//   StringStringEntryProto: key 1, value 2
//   GraphProto: node 1, name 2, initializer 5, doc_string 10, input 11, output 12
//   NodeProto: input 1, output 2, name 3, op_type 4, attribute 5
//   AttributeProto: name 1, f 2, i 3, s 4, g 6, floats 7, ints 8, strings 9, type 20
//   TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little-endian)
//   ValueInfoProto: name 1, type 2; TypeProto: tensor_type 1; its elem_type 1, shape 2; TensorShapeProto: dim 1; its dim_value 1,
//   dim_param 2
import type { Axis } from "../../../networks/config.ts";
import {
  bytesField,
  type Field,
  floatField,
  joined,
  messageField,
  signedField,
  textField,
  wholeField,
} from "../../protobuf.ts";

/** Kinds of numbers by ONNX's code. */
const ELEMENT = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementName = keyof typeof ELEMENT;

/** An operator's attribute. Whole numbers are told from others by where they stand. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly graph: Field };

/** One operator with what it reads and writes. An input that is "" is left out. */
export interface NodeParts {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export function nodeField({ operator, name, inputs, outputs, attributes }: NodeParts): Field {
  return messageField(
    1,
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, name),
    textField(4, operator),
    ...Object.entries(attributes).map(([key, value]) =>
      messageField(5, textField(1, key), ...attributeFields(value)),
    ),
  );
}

function attributeFields(value: Attribute): Field[] {
  if ("float" in value) return [floatField(2, value.float), wholeField(20, 1)];
  if ("int" in value) return [signedField(3, value.int), wholeField(20, 2)];
  if ("text" in value) return [textField(4, value.text), wholeField(20, 3)];
  if ("graph" in value) return [bytesField(6, value.graph), wholeField(20, 5)];
  if ("floats" in value) return [...value.floats.map((entry) => floatField(7, entry)), wholeField(20, 6)];
  if ("ints" in value) return [...value.ints.map((entry) => signedField(8, entry)), wholeField(20, 7)];
  return [...value.texts.map((entry) => textField(9, entry)), wholeField(20, 8)];
}

/** A tensor that belongs to the graph. */
export function initializerField(
  name: string,
  element: ElementName,
  shape: readonly number[],
  raw: Uint8Array,
): Field {
  return messageField(
    5,
    ...shape.map((length) => signedField(1, length)),
    wholeField(2, ELEMENT[element]),
    textField(8, name),
    bytesField(9, raw),
  );
}

/** An input (field 11) or output (field 12) of a graph. */
export function valueField(field: 11 | 12, name: string, element: ElementName, axes: readonly Axis[]): Field {
  const dimensions = axes.map((axis) =>
    messageField(1, typeof axis === "number" ? signedField(1, axis) : textField(2, axis)),
  );
  const type = messageField(1, wholeField(1, ELEMENT[element]), messageField(2, ...dimensions));
  return messageField(field, textField(1, name), messageField(2, type));
}

/** A GraphProto, its fields in the order of their numbers. */
export function graphMessage(name: string, parts: GraphParts): Field {
  return joined([
    ...parts.nodes,
    textField(2, name),
    ...parts.initializers,
    ...parts.inputs,
    ...parts.outputs,
  ]);
}

/** Fields of a GraphProto, made by the functions above. */
export interface GraphParts {
  readonly nodes: readonly Field[];
  readonly initializers: readonly Field[];
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

/** A whole file. */
export function modelMessage(
  graph: Field,
  opset: number,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Each opset belongs to a version of the file format, which older programs refuse.
  const format = opset <= 18 ? 8 : opset <= 20 ? 9 : 10;
  return joined([
    wholeField(1, format),
    textField(2, "unrolled"),
    bytesField(7, graph),
    messageField(8, wholeField(2, opset)),
    ...Object.entries(metadata).map(([key, value]) =>
      messageField(14, textField(1, key), textField(2, value)),
    ),
  ]);
}
