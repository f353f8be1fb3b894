import { ByteReader } from "../formats/byte-reader.ts";
import { requireWhole } from "../whole-numbers.ts";
import type { Frames } from "./frames.ts";
import { requireBytes } from "./sound.ts";

/**
 * Features in a file of CMU Sphinx (.mfc): how many numbers follow, as an integer of 32 bits, and the numbers as float32, all in one
 * byte order, which the first of them tells.
 *
 * @param width numbers a frame, F; 13 if not given
 * @throws UnrolledError "invalid-file" for a file of another length than it says, or whose numbers are no whole frames
 */
export function readSphinxFeatures(bytes: Uint8Array, width = 13): Frames {
  const call = "readSphinxFeatures";
  requireBytes(call, bytes);
  requireWhole(call, "width", width, 1);
  const wanted = bytes.length / 4 - 1;
  const isLittle = (littleEndian: boolean) => new ByteReader(call, bytes, { littleEndian }).u32("the count");
  const littleEndian = isLittle(true) === wanted;
  const reader = new ByteReader(call, bytes, { littleEndian });
  const count = reader.u32("the count of numbers");
  if (count !== wanted)
    throw reader.invalid(
      `the file says that ${count} numbers follow, there are ${reader.left} bytes for them`,
    );
  if (count === 0 || count % width !== 0)
    throw reader.invalid(`the file has ${count} numbers, needed frames of ${width}`);
  return { width, values: floats(reader, count) };
}

/** The next float32 of a reader. */
export function floats(reader: ByteReader, count: number): Float32Array {
  const { byteOffset, buffer } = reader.take(4 * count, "the numbers");
  const view = new DataView(buffer, byteOffset, 4 * count);
  const values = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    values[at] = view.getFloat32(4 * at, reader.littleEndian);
    if (!Number.isFinite(values[at])) throw reader.invalid(`number ${at} is ${values[at]}`);
  }
  return values;
}
