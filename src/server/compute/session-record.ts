// All that a session is, as bytes: a line that says what they are, the length of a description in four bytes, little-endian, the
// description as JSON, the last outputs as floats, the state, and a checksum of all that.
import { UnrolledError } from "../../errors.ts";
import { crc32 } from "../../formats/crc32.ts";
import type { ConditionRow } from "../../tasks/language/condition/condition-row.ts";

/** What a session has beside its state. */
export interface SessionRecord {
  readonly steps: number;
  /** What the network reads for a condition at each step. */
  readonly condition: ConditionRow | undefined;
  /** Of language models: the last tokens, and all that have occurred. */
  readonly recent: readonly number[];
  readonly seen: readonly number[];
  /** Outputs of the last step, if there was one. */
  readonly last: Readonly<Record<string, Float32Array>> | undefined;
  readonly state: Uint8Array;
}

const MAGIC = new TextEncoder().encode("unrolled session 1\n");
const WORD = 4;

export function sessionRecord({ last, state, condition: row, ...rest }: SessionRecord): Uint8Array {
  const description = { ...rest, condition: row && writtenRow(row) };
  const outputs = Object.entries(last ?? {});
  const lengths = last && outputs.map(([name, numbers]) => [name, numbers.length]);
  const text = new TextEncoder().encode(JSON.stringify({ ...description, last: lengths }));
  const floats = outputs.reduce((sum, [, { length }]) => sum + length, 0);
  const bytes = new Uint8Array(MAGIC.length + WORD + text.length + WORD * floats + state.length + WORD);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(MAGIC.length, text.length, true);
  let at = MAGIC.length + WORD;
  bytes.set(text, at);
  at += text.length;
  for (const [, numbers] of outputs)
    for (const number of numbers) {
      view.setFloat32(at, number, true);
      at += WORD;
    }
  bytes.set(state, at);
  view.setUint32(bytes.length - WORD, crc32(bytes.subarray(0, bytes.length - WORD)), true);
  return bytes;
}

/** @throws UnrolledError "invalid-argument" for what is no such record, or is damaged */
export function readSessionRecord(given: Uint8Array): SessionRecord {
  // A copy, since a view of another's buffer would begin anywhere in it.
  const bytes = Uint8Array.from(given);
  const view = new DataView(bytes.buffer);
  const end = bytes.length - WORD;
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) throw wrong("it is no state of a session");
  if (end < MAGIC.length + WORD || view.getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    throw wrong("it is truncated or damaged");
  let at = MAGIC.length + WORD;
  const length = view.getUint32(MAGIC.length, true);
  const {
    last: lengths,
    condition,
    ...description
  } = JSON.parse(new TextDecoder().decode(bytes.subarray(at, at + length)));
  at += length;
  const last = lengths?.map(([name, count]: [string, number]) => {
    const numbers = Float32Array.from({ length: count }, (_, index) =>
      view.getFloat32(at + WORD * index, true),
    );
    at += WORD * count;
    return [name, numbers];
  });
  return {
    ...description,
    condition: readRow(condition),
    last: last && Object.fromEntries(last),
    state: bytes.slice(at, end),
  };
}

/** A category's id as a number, numbers as a list. */
function writtenRow(row: ConditionRow): number | number[] {
  return row instanceof Int32Array ? row[0] : Array.from(row);
}

function readRow(written: number | readonly number[] | undefined): ConditionRow | undefined {
  if (written === undefined) return undefined;
  return typeof written === "number" ? Int32Array.of(written) : Float32Array.from(written);
}

function wrong(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", { subject: [{ option: "state" }], problem });
}
