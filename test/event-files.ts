// A second implementation of TensorBoard's event files, to check the first by: the schema in TensorBoard's own words, read by
// protobufjs.
import protobuf from "protobufjs";

const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  }
  message SessionLog { enum SessionStatus { STATUS_UNSPECIFIED = 0; START = 1; } SessionStatus status = 1; }
  message SummaryMetadata { message PluginData { string plugin_name = 1; bytes content = 2; } PluginData plugin_data = 1; }
  message Summary {
    message Value {
      string tag = 1;
      oneof value { float simple_value = 2; TensorProto tensor = 8; }
      SummaryMetadata metadata = 9;
    }
    repeated Value value = 1;
  }
  enum DataType { DT_INVALID = 0; DT_FLOAT = 1; DT_STRING = 7; }
  message TensorShapeProto { message Dim { int64 size = 1; string name = 2; } repeated Dim dim = 2; }
  message TensorProto { DataType dtype = 1; TensorShapeProto tensor_shape = 2; repeated bytes string_val = 8; }
`,
  { keepCase: true },
);
const Event = root.lookupType("Event");

/** An event's fields by their names; texts of tensors as Buffers. */
export function decodeEvent(content: Uint8Array): Record<string, unknown> {
  return Event.toObject(Event.decode(content), { longs: Number, enums: String, bytes: Buffer });
}

/** CRC-32C as the division of polynomials that it is, bit by bit. */
export function divided(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carried = (remainder ^ (byte >> bit)) & 1;
      remainder = (remainder >>> 1) ^ (carried ? 0x82f63b78 : 0);
    }
  }
  return ~remainder >>> 0;
}

/** The contents of a file's records; throws where a length or a CRC is wrong. */
export function contentsOf(file: Uint8Array): Buffer[] {
  const unmasked = (offset: number) => {
    const rotated = (bytes.readUInt32LE(offset) - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const check = (crc: number, content: Uint8Array) => {
    if (crc !== divided(content)) throw new Error(`a CRC is ${crc}, needed ${divided(content)}`);
  };
  const bytes = Buffer.from(file);
  const contents: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(offset));
    check(unmasked(offset + 8), bytes.subarray(offset, offset + 8));
    const content = bytes.subarray(offset + 12, offset + 12 + length);
    check(unmasked(offset + 12 + length), content);
    contents.push(content);
    offset += length + 16;
  }
  return contents;
}
