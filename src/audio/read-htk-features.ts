// HTK's parameter files (Young et al., The HTK Book 3.4, 2006, section 5.10.1), all big-endian: frames, their distance in 100 ns, bytes a
// frame, the kind of what they hold with its qualifiers; then float32, or with _C shorts after two floats for each entry.
import { ByteReader } from "../formats/byte-reader.ts";
import type { Frames } from "./frames.ts";
import { floats } from "./read-sphinx-features.ts";
import { requireBytes } from "./sound.ts";

/** Features with what HTK's header says of them. */
export interface HtkFeatures extends Frames {
  /** Time from frame to frame. */
  readonly hopMs: number;
  /** The kind of features with its qualifiers, as HTK writes it: "MFCC_D_A_0". */
  readonly kind: string;
}

const KINDS = [
  "WAVEFORM",
  "LPC",
  "LPREFC",
  "LPCEPSTRA",
  "LPDELCEP",
  "IREFC",
  "MFCC",
  "FBANK",
  "MELSPEC",
  "USER",
  "DISCRETE",
  "PLP",
  "ANON",
];
const NOT_FLOATS = ["WAVEFORM", "IREFC", "DISCRETE"];
/** Qualifiers by their bits, in octal as HTK's book has them. */
const QUALIFIERS = [
  ["E", 0o100],
  ["N", 0o200],
  ["D", 0o400],
  ["A", 0o1000],
  ["C", 0o2000],
  ["Z", 0o4000],
  ["K", 0o10000],
  ["0", 0o20000],
  ["V", 0o40000],
  ["T", 0o100000],
] as const;
const COMPRESSED = 0o2000;

/**
 * Features in a parameter file of HTK, compressed (_C) ones too; a checksum (_K) is passed over.
 *
 * @throws UnrolledError "invalid-file" for a file that is cut or damaged, and for waveforms and codes, which are no features
 */
export function readHtkFeatures(bytes: Uint8Array): HtkFeatures {
  requireBytes("readHtkFeatures", bytes);
  const reader = new ByteReader("readHtkFeatures", bytes, { littleEndian: false });
  const count = reader.i32("the count of frames");
  const period = reader.i32("the time from frame to frame");
  const frameBytes = reader.u16("bytes of a frame");
  const bits = reader.u16("the kind of features");
  const name = KINDS[bits & 0o77];
  if (name === undefined || NOT_FLOATS.includes(name))
    throw reader.invalid(
      `the file holds ${name ?? `kind ${bits & 0o77}`}, needed features such as MFCC or FBANK`,
    );
  const kind = [name, ...QUALIFIERS.flatMap(([letter, bit]) => (bits & bit ? [letter] : []))].join("_");
  const isCompressed = (bits & COMPRESSED) !== 0;
  const width = frameBytes / (isCompressed ? 2 : 4);
  // Two floats for each entry count as four frames of shorts.
  const frames = isCompressed ? count - 4 : count;
  if (!Number.isInteger(width) || width < 1) throw reader.invalid(`a frame takes ${frameBytes} bytes`);
  if (period <= 0) throw reader.invalid(`the time from frame to frame is ${period} · 100 ns`);
  if (frames < 1 || count * frameBytes > reader.left)
    throw reader.invalid(
      `${count} frames of ${frameBytes} bytes are said to follow, ${reader.left} bytes do`,
    );
  const values = isCompressed ? shorts(reader, frames, width) : floats(reader, frames * width);
  return { width, values, hopMs: period / 10_000, kind };
}

/** x = (short + B) / A, with an A and a B for each entry. */
function shorts(reader: ByteReader, frames: number, width: number): Float32Array {
  const [a, b] = [floats(reader, width), floats(reader, width)];
  const { buffer, byteOffset, byteLength } = reader.take(2 * frames * width, "the numbers");
  const view = new DataView(buffer, byteOffset, byteLength);
  const values = new Float32Array(frames * width);
  for (let at = 0; at < values.length; at++) {
    values[at] = (view.getInt16(2 * at, false) + b[at % width]) / a[at % width];
    if (!Number.isFinite(values[at])) throw reader.invalid(`number ${at} is ${values[at]}`);
  }
  return values;
}
