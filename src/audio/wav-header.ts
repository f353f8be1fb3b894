// The header of a WAV file (IBM & Microsoft, Multimedia Programming Interface and Data Specifications 1.0, 1991): chunks of four letters,
// a length and bytes, padded to an even length; "fmt " says how samples are stored, "data" holds them.
import type { ByteReader } from "../formats/byte-reader.ts";
import { isSampleRate, LEAST_RATE_HZ, MOST_RATE_HZ } from "./sound.ts";

/** How samples are stored. */
export type SampleKind = "int" | "float" | "a-law" | "mu-law";

/** What a header says. */
export interface WavHeader {
  readonly kind: SampleKind;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bytesPerSample: number;
  /** The samples, interleaved. */
  readonly data: Uint8Array;
}

const EXTENSIBLE = 0xfffe;
const MOST_CHANNELS = 1024;
const KINDS: ReadonlyMap<number, { readonly kind: SampleKind; readonly bytes: readonly number[] }> = new Map([
  [1, { kind: "int", bytes: [1, 2, 3, 4] }],
  [3, { kind: "float", bytes: [4, 8] }],
  [6, { kind: "a-law", bytes: [1] }],
  [7, { kind: "mu-law", bytes: [1] }],
]);
/** What files are compressed with, by their code, as people call it. */
const COMPRESSED: ReadonlyMap<number, string> = new Map([
  [2, "ADPCM (Microsoft)"],
  [0x11, "ADPCM (IMA)"],
  [0x31, "GSM 6.10"],
  [0x50, "MPEG"],
  [0x55, "MP3"],
  [0xff, "AAC"],
  [0xf1ac, "FLAC"],
]);
/** A length that means "to the end", as programs write it that do not know how much will come. */
const UNKNOWN_LENGTH = 0xffffffff;

/** Reads the chunks up to the samples. */
export function wavHeader(reader: ByteReader): WavHeader {
  const id = reader.left < 4 ? "" : letters(reader, "the first four letters");
  if (id === "RF64" || id === "RIFX")
    throw reader.invalid(`a file of the kind ${id} is not read, needed RIFF (WAV)`);
  if (id !== "RIFF") throw reader.invalid("the file does not begin as a WAV file does");
  reader.u32("the file's length");
  if (letters(reader, "the file's kind") !== "WAVE") throw reader.invalid("the file is RIFF, but no WAV");
  let format: Omit<WavHeader, "data"> | undefined;
  while (reader.left > 0) {
    const chunk = letters(reader, "a chunk's name");
    const length = reader.u32("a chunk's length");
    if (chunk === "data") {
      if (!format) throw reader.invalid('the chunk "data" stands before "fmt ", which says how to read it');
      return { ...format, data: dataOf(reader, length) };
    }
    const content = reader.position;
    if (chunk === "fmt ") format = formatOf(reader, length);
    reader.seek(content, "a chunk").take(length, `the chunk ${JSON.stringify(chunk)}`);
    if (length % 2 === 1 && reader.left > 0) reader.take(1, "the byte that fills it up");
  }
  throw reader.invalid(`the file has no chunk "${format ? "data" : "fmt "}"; it is cut or damaged`);
}

function dataOf(reader: ByteReader, length: number): Uint8Array {
  if (length === UNKNOWN_LENGTH) return reader.take(reader.left, "the samples");
  if (length > reader.left)
    throw reader.invalid(`the file is cut: its samples take ${length} bytes, ${reader.left} are there`);
  return reader.take(length, "the samples");
}

function formatOf(reader: ByteReader, length: number): Omit<WavHeader, "data"> {
  if (length < 16) throw reader.invalid(`the chunk "fmt " has ${length} bytes, needed 16 at least`);
  const begin = reader.position;
  const written = reader.u16("the code of samples");
  const channels = reader.u16("channels");
  const sampleRateHz = reader.u32("samples a second");
  reader.u32("bytes a second");
  const blockBytes = reader.u16("bytes of all channels");
  const bits = reader.u16("bits of a sample");
  const code = written === EXTENSIBLE && length >= 40 ? subformat(reader, begin) : written;
  const found = KINDS.get(code);
  if (!found) {
    const name = COMPRESSED.get(code) ?? `code 0x${code.toString(16)}`;
    throw reader.invalid(
      `the samples inside are compressed (${name}), needed integers of 8 to 32 bits, floats, A-law or μ-law; most programs for sound can convert it`,
    );
  }
  if (!isSampleRate(sampleRateHz))
    throw reader.invalid(
      `the file has ${sampleRateHz} samples a second, needed ${LEAST_RATE_HZ} to ${MOST_RATE_HZ}`,
    );
  if (channels < 1 || channels > MOST_CHANNELS)
    throw reader.invalid(`the file has ${channels} channels, needed 1 to ${MOST_CHANNELS}`);
  const bytesPerSample = Math.ceil(bits / 8);
  if (!found.bytes.includes(bytesPerSample))
    throw reader.invalid(
      `a sample (${found.kind}) has ${bits} bits, needed ${found.bytes.map((each) => 8 * each).join(", ")}`,
    );
  if (blockBytes !== bytesPerSample * channels)
    throw reader.invalid(
      `a sample of all channels takes ${blockBytes} bytes, needed ${bytesPerSample} · ${channels}`,
    );
  return { kind: found.kind, sampleRateHz, channels, bytesPerSample };
}

/** The code in the first two bytes of the identifier that an extensible format ends with. */
function subformat(reader: ByteReader, begin: number): number {
  reader.seek(begin + 24, "the kind of samples");
  return reader.u16("the kind of samples");
}

function letters(reader: ByteReader, what: string): string {
  return String.fromCharCode(...reader.take(4, what));
}
