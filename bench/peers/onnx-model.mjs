import protobuf from "protobufjs";

// The part of onnx.proto (ONNX 1.14, Apache-2.0) that a stack of LSTM layers needs.
const schema = protobuf.parse(
  `
  syntax = "proto2";
  package onnx;
  message AttributeProto { optional string name = 1; optional int64 i = 3; optional int32 type = 20; }
  message NodeProto {
    repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message TensorProto {
    repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9;
  }
  message TensorShapeProto {
    message Dimension { optional int64 dim_value = 1; }
    repeated Dimension dim = 1;
  }
  message TypeProto {
    message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
    optional Tensor tensor_type = 1;
  }
  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message GraphProto {
    repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
  }
  message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
  message ModelProto {
    optional int64 ir_version = 1; optional GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
  }
`,
  { keepCase: true },
).root;

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

const floats = (name, dims, values) => ({
  name,
  dims,
  data_type: FLOAT,
  raw_data: new Uint8Array(values.buffer),
});
const value = (name, ...dims) => ({
  name,
  type: { tensor_type: { elem_type: FLOAT, shape: { dim: dims.map((dim_value) => ({ dim_value })) } } },
});

/** Uniform numbers in ±1/√H, as PyTorch starts a layer, the same every time. */
export function uniform(length, H, seed = 1) {
  const values = new Float32Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 31 - 1) / Math.sqrt(H);
  }
  return values;
}

/**
 * The bytes of an ONNX model: L LSTM layers, `xs [T, B, I]` to `ys [T, B, H]`. With `stateful` also every layer's
 * `h0, c0, …` in and `h0_next, c0_next, …` out, `[1, B, H]` each.
 */
export function lstmModel({ T, B, I, H, L }, { stateful = false } = {}) {
  const axes = {
    name: "axes",
    dims: [1],
    data_type: INT64,
    raw_data: new Uint8Array(new BigInt64Array([1n]).buffer),
  };
  const graph = {
    name: "lstm",
    node: [],
    initializer: [axes],
    input: [value("xs", T, B, I)],
    output: [value("ys", T, B, H)],
  };
  for (let layer = 0; layer < L; layer++) {
    const inputSize = layer === 0 ? I : H;
    const [h, c] = [`h${layer}`, `c${layer}`];
    graph.initializer.push(
      floats(`W${layer}`, [1, 4 * H, inputSize], uniform(4 * H * inputSize, H, 3 * layer + 1)),
      floats(`R${layer}`, [1, 4 * H, H], uniform(4 * H * H, H, 3 * layer + 2)),
      floats(`B${layer}`, [1, 8 * H], uniform(8 * H, H, 3 * layer + 3)),
    );
    graph.node.push({
      name: `lstm${layer}`,
      op_type: "LSTM",
      input: [
        layer === 0 ? "xs" : `ys${layer - 1}`,
        `W${layer}`,
        `R${layer}`,
        `B${layer}`,
        ...(stateful ? ["", h, c] : []),
      ],
      output: stateful ? [`directions${layer}`, `${h}_next`, `${c}_next`] : [`directions${layer}`],
      attribute: [{ name: "hidden_size", i: H, type: ATTRIBUTE_INT }],
    });
    graph.node.push({
      name: `squeeze${layer}`,
      op_type: "Squeeze",
      input: [`directions${layer}`, "axes"],
      output: [layer === L - 1 ? "ys" : `ys${layer}`],
    });
    if (stateful) {
      graph.input.push(value(h, 1, B, H), value(c, 1, B, H));
      graph.output.push(value(`${h}_next`, 1, B, H), value(`${c}_next`, 1, B, H));
    }
  }
  const Model = schema.lookupType("onnx.ModelProto");
  return Model.encode(
    Model.fromObject({ ir_version: 8, opset_import: [{ domain: "", version: 14 }], graph }),
  ).finish();
}
