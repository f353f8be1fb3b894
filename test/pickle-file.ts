// Pickles for tests: written opcode by opcode, and taken apart again so that they can be broken in every place.
import type { Place } from "./fuzz/mutations.ts";
import { zipFile } from "./zip-file.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A pickle out of opcodes and their arguments: letters as they stand, numbers as bytes. */
export function pickle(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const bytes = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.of(part);
    return typeof part === "string" ? latin1(part) : part;
  });
  return Uint8Array.from(Buffer.concat(bytes));
}

/** Four bytes of a number, the lowest first. */
export function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** BINUNICODE. */
export function text(value: string): Uint8Array {
  const encoded = new TextEncoder().encode(value);
  return pickle("X", u32(encoded.length), encoded);
}

/** What puts a tensor of a float storage on the stack; sizes and strides below 256. */
export function tensor(
  key: string,
  count: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array {
  const tuple = (values: readonly number[]) => pickle("(", ...values.flatMap((value) => ["K", value]), "t");
  return pickle(
    ...["ctorch._utils\n_rebuild_tensor_v2\n((", text("storage"), "ctorch\nFloatStorage\n", text(key)],
    ...[text("cpu"), "J", u32(count), "tQJ", u32(offset), tuple(shape), tuple(strides)],
    ..."\x89N",
    "tR",
  );
}

/** The archive that torch.save makes of a pickle and its storages. */
export function archiveOf(
  program: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: Readonly<Record<string, string>> = {},
): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes }));
  const words = Object.entries(more).map(([name, word]) => ({
    name: `archive/${name}`,
    bytes: latin1(word),
  }));
  return zipFile([{ name: "archive/data.pkl", bytes: program }, ...data, ...words]).bytes;
}

/** Bytes of each opcode's argument: so many, or a length in so many bytes with that much behind it, or lines of text. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ "\x80": 1, K: 1, q: 1, h: 1, M: 2, J: 4, r: 4, j: 4, "\x95": 8, G: 8 },
};
const LENGTHS: Readonly<Record<string, number>> = {
  ...{ U: 1, C: 1, "\x8c": 1, "\x8a": 1, X: 4, T: 4, B: 4, "\x8b": 4, "\x8d": 8, "\x8e": 8 },
};
const LINES: Readonly<Record<string, number>> = { c: 2, i: 2 };

/** An opcode of a pickle: where it stands, and its argument's number or length. */
export interface PickleOpcode {
  readonly offset: number;
  readonly argument?: Place;
}

/** All opcodes of a whole pickle. */
export function opcodesOf(program: Uint8Array): PickleOpcode[] {
  const opcodes: PickleOpcode[] = [];
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  for (let offset = 0; offset < program.length; ) {
    const letter = String.fromCharCode(program[offset]);
    const bytes = (NUMBERS[letter] ?? LENGTHS[letter] ?? 0) as Place["bytes"];
    const kind = letter in LENGTHS ? "length" : "value";
    opcodes.push(bytes > 0 ? { offset, argument: { offset: offset + 1, bytes, kind } } : { offset });
    let end = offset + 1 + bytes;
    if (letter in LENGTHS) end += bytes === 1 ? program[offset + 1] : view.getUint32(offset + 1, true);
    for (let line = 0; line < (LINES[letter] ?? 0); line++) end = program.indexOf(0x0a, end) + 1;
    offset = end;
  }
  return opcodes;
}
