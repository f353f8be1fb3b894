// TensorProto of onnx.proto: entries as raw bytes, little-endian, or in a repeated field of their own kind.
import { UnrolledError } from "../../errors.ts";
import { float32FromBfloat16, float32FromFloat16 } from "../widened-floats.ts";
import { nameOfNumber, type OnnxType, TYPES, typeOfNumber } from "./data-types.ts";
import { EIGHT_BYTES, FOUR_BYTES, MessageReader, VARINT } from "./message-reader.ts";
import type { OnnxValue } from "./value.ts";

/** Gives the bytes of a file that stands beside a model: its name as the model has it, where they begin, how many (all if not known). */
export type OnnxExternalData = (location: string, offset: number, length: number | undefined) => Uint8Array;

/** A constant with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly value: OnnxValue;
}

const MOST_AXES = 32;
const EXTERNAL = 1;

/** Which repeated field holds entries of a type that are not raw, and how its entries are stored. */
function typedField(type: OnnxType): readonly [number, number] {
  switch (type) {
    case "float32":
      return [4, FOUR_BYTES];
    case "float64":
      return [10, EIGHT_BYTES];
    case "int64":
      return [7, VARINT];
    case "uint32":
    case "uint64":
      return [11, VARINT];
    default:
      return [5, VARINT];
  }
}

/** Reads a tensor and what is stored of it elsewhere. */
export function readTensor(message: MessageReader, external?: OnnxExternalData): NamedTensor {
  const dims: number[] = [];
  const typed = new Map<number, Uint8Array[]>();
  let number = 0;
  let name = "";
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const places = new Map<string, string>();
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) message.wholes(dims, "a tensor's dims");
    else if (field === 2) number = message.whole("a tensor's data_type");
    else if (field === 8) name = message.string("a tensor's name");
    else if (field === 9) raw = message.content("a tensor's raw_data");
    else if (field === 13) readPlace(message.message("external_data"), places);
    else if (field === 14) isExternal = message.whole("data_location") === EXTERNAL;
    else if (field === 4 || field === 5 || field === 7 || field === 10 || field === 11) {
      const wire = field === 4 ? FOUR_BYTES : field === 10 ? EIGHT_BYTES : VARINT;
      message.allowance.take(8, "a tensor's entries");
      const parts = typed.get(field) ?? [];
      parts.push(message.entries(wire, "a tensor's entries"));
      typed.set(field, parts);
    } else message.skip();
  }
  const called = `tensor "${name}"`;
  const type = typeOfNumber(number);
  if (!type) {
    throw message.invalid(
      `${called} has the type ${nameOfNumber(number)}, which is not supported; needed one of ${Object.keys(TYPES).join(", ")}`,
    );
  }
  const size = sizeOfDims(message, dims, called);
  message.allowance.take(size * TYPES[type].bytes, called);
  if (isExternal) raw = externalBytes(message, called, places, size * TYPES[type].fileBytes, external);
  if (raw) return { name, value: { type, dims, data: fromRaw(message, called, type, size, raw) } };
  const [field, wire] = typedField(type);
  const data = TYPES[type].make(size);
  let count = 0;
  for (const part of typed.get(field) ?? []) {
    const reader = new MessageReader(message.allowance, part, message.start);
    for (; reader.left > 0; count++) {
      const entry =
        wire === VARINT
          ? reader.signedVarint(called)
          : wire === FOUR_BYTES
            ? reader.f32(called)
            : reader.f64(called);
      if (count < size) data[count] = type === "uint64" && entry < 0 ? entry + 2 ** 64 : entry;
    }
  }
  if (count !== size) {
    throw message.invalid(`${called} has ${count} entries, its dims [${dims.join(", ")}] need ${size}`);
  }
  return { name, value: { type, dims, data: halfFloats(type, data) } };
}

/** Halves stand as whole numbers in int32_data: their bits. */
function halfFloats(type: OnnxType, data: OnnxValue["data"]): OnnxValue["data"] {
  if (type === "float16") return float32FromFloat16(Uint16Array.from(data));
  if (type === "bfloat16") return float32FromBfloat16(Uint16Array.from(data));
  return type === "bool" ? data.map((entry) => (entry === 0 ? 0 : 1)) : data;
}

function sizeOfDims(message: MessageReader, dims: readonly number[], called: string): number {
  if (dims.length > MOST_AXES) {
    throw message.invalid(`${called} has ${dims.length} axes, more than ${MOST_AXES} are not supported`);
  }
  let size = 1;
  for (const length of dims) {
    if (!(Number.isSafeInteger(length) && length >= 0)) {
      throw message.invalid(`${called} has dims [${dims.join(", ")}], needed whole numbers from 0`);
    }
    size *= length;
  }
  return size;
}

function fromRaw(
  message: MessageReader,
  called: string,
  type: OnnxType,
  size: number,
  raw: Uint8Array,
): OnnxValue["data"] {
  const { fileBytes } = TYPES[type];
  if (raw.length !== size * fileBytes) {
    throw message.invalid(
      `${called} (${type}) has ${raw.length} bytes of raw data, its dims need ${size * fileBytes}`,
    );
  }
  if (type === "float16" || type === "bfloat16") {
    const halves = Uint16Array.from(
      { length: size },
      (_, index) => raw[2 * index] | (raw[2 * index + 1] << 8),
    );
    return type === "float16" ? float32FromFloat16(halves) : float32FromBfloat16(halves);
  }
  if (type === "bool") return Uint8Array.from(raw, (byte) => (byte === 0 ? 0 : 1));
  const data = TYPES[type].make(size);
  if (type === "int64" || type === "uint64") {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let index = 0; index < size; index++) {
      const high =
        type === "int64" ? view.getInt32(8 * index + 4, true) : view.getUint32(8 * index + 4, true);
      data[index] = high * 2 ** 32 + view.getUint32(8 * index, true);
    }
    return data;
  }
  // Every machine this runs on is little-endian, as the file is; copying puts the bytes where the array's alignment needs them.
  new Uint8Array(data.buffer).set(raw);
  return data;
}

function readPlace(entry: MessageReader, places: Map<string, string>): void {
  let key = "";
  let value = "";
  for (let field = entry.next(); field; field = entry.next()) {
    if (field === 1) key = entry.string("a key of external_data");
    else if (field === 2) value = entry.string("a value of external_data");
    else entry.skip();
  }
  places.set(key, value);
}

function externalBytes(
  message: MessageReader,
  called: string,
  places: ReadonlyMap<string, string>,
  needed: number,
  external: OnnxExternalData | undefined,
): Uint8Array {
  const location = places.get("location") ?? "";
  if (!external) {
    throw message.invalid(
      `${called} is stored in another file, "${location}"; give externalData, a function that reads it`,
    );
  }
  const offset = Number(places.get("offset") ?? 0);
  const length = places.has("length") ? Number(places.get("length")) : undefined;
  if (!(Number.isSafeInteger(offset) && offset >= 0 && (length === undefined || length === needed))) {
    throw message.invalid(
      `${called} is stored in "${location}" from ${places.get("offset")} with length ${places.get("length")}, needed ${needed} bytes`,
    );
  }
  const bytes = external(location, offset, length ?? needed);
  if (!(bytes instanceof Uint8Array)) {
    throw new UnrolledError("invalid-argument", {
      call: message.call,
      problem: `externalData gave no bytes for "${location}"`,
    });
  }
  return bytes;
}
