import { float32FromFloat16 } from "../widened-floats.ts";
import { elementCount } from "./dataspace.ts";
import type { Datatype } from "./datatype.ts";
import { readFromGlobalHeap } from "./global-heap.ts";
import type { Hdf5Source } from "./hdf5-source.ts";

/** What a JavaScript text or number is reckoned at beside its characters. */
const VALUE_BYTES = 32;
const CARRIAGE_OF_TEXT = 2;

/** Values in row-major order, and their sizes. */
export interface Hdf5Values {
  readonly shape: readonly number[];
  readonly values: readonly string[] | Float32Array;
}

/**
 * Elements of a type as texts or as float32 (wider numbers rounded).
 *
 * @param bytes exactly as many as the elements take
 */
export function decodeValues(
  source: Hdf5Source,
  type: Datatype,
  shape: readonly number[],
  bytes: Uint8Array,
  what: string,
): Hdf5Values {
  const count = elementCount(shape);
  const reader = source.reader(bytes);
  switch (type.kind) {
    case "string":
    case "long string": {
      const values: string[] = [];
      for (let index = 0; index < count; index++) {
        const element = reader.take(type.size, what);
        values.push(type.kind === "string" ? fixedText(source, type, element) : longText(source, element));
      }
      return { shape, values };
    }
    case "int":
    case "float":
      source.allowance.take(count * Float32Array.BYTES_PER_ELEMENT, what);
      return { shape, values: decodeNumbers(type, count, bytes) };
    case "other":
      throw reader.invalid(`${what} holds elements of type ${type.name}, which are not read`);
  }
}

function longText(source: Hdf5Source, element: Uint8Array): string {
  return text(source, readFromGlobalHeap(source, source.reader(element)));
}

function fixedText(source: Hdf5Source, type: Datatype & { kind: "string" }, element: Uint8Array): string {
  const nul = element.indexOf(0);
  let end = nul < 0 ? element.length : nul;
  if (type.padding === "space") while (end > 0 && element[end - 1] === 0x20) end--;
  return text(source, element.subarray(0, end));
}

function text(source: Hdf5Source, bytes: Uint8Array): string {
  source.allowance.take(VALUE_BYTES + CARRIAGE_OF_TEXT * bytes.length, "a text");
  return source.reader(bytes).text(bytes.length, "a text");
}

function decodeNumbers(
  type: Datatype & { kind: "int" | "float" },
  count: number,
  bytes: Uint8Array,
): Float32Array {
  const { size, littleEndian } = type;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type.kind === "float" && size === 2) {
    return float32FromFloat16(
      Uint16Array.from({ length: count }, (_, index) => view.getUint16(index * 2, littleEndian)),
    );
  }
  const numberAt = type.kind === "float" ? floatAt(view, size, littleEndian) : integerAt(view, type);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = numberAt(index * size);
  return values;
}

function floatAt(view: DataView, size: number, littleEndian: boolean): (at: number) => number {
  return size === 4 ? (at) => view.getFloat32(at, littleEndian) : (at) => view.getFloat64(at, littleEndian);
}

function integerAt(view: DataView, type: Datatype & { kind: "int" }): (at: number) => number {
  const { littleEndian, signed } = type;
  switch (type.size) {
    case 1:
      return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2:
      return signed ? (at) => view.getInt16(at, littleEndian) : (at) => view.getUint16(at, littleEndian);
    case 4:
      return signed ? (at) => view.getInt32(at, littleEndian) : (at) => view.getUint32(at, littleEndian);
    default:
      return signed
        ? (at) => Number(view.getBigInt64(at, littleEndian))
        : (at) => Number(view.getBigUint64(at, littleEndian));
  }
}
