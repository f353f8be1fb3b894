import { UnrolledError } from "../errors.ts";

/** What a session is beside its version. */
export interface SessionContent {
  readonly model: string;
  readonly client: string;
  /** Seconds since 1970. */
  readonly createdSeconds: number;
  readonly record: Uint8Array;
  /** The record that was saved last, to which it can go back. */
  readonly saved: Uint8Array | undefined;
}

const WORD = 4;

/** As bytes: the length of a description, the description as JSON, the record, and what was saved if that is not the same. */
export function contentBytes({ record, saved, ...description }: SessionContent): Uint8Array {
  const isSame = saved !== undefined && areSame(record, saved);
  const savedBytes = isSame || saved === undefined ? new Uint8Array() : saved;
  const hasSaved = saved === undefined ? "no" : isSame ? "same" : "other";
  const text = new TextEncoder().encode(JSON.stringify({ ...description, record: record.length, hasSaved }));
  const bytes = new Uint8Array(WORD + text.length + record.length + savedBytes.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, WORD);
  bytes.set(record, WORD + text.length);
  bytes.set(savedBytes, WORD + text.length + record.length);
  return bytes;
}

/** @throws UnrolledError "invalid-file" for bytes that are none */
export function contentOf(given: Uint8Array): SessionContent {
  try {
    const bytes = Uint8Array.from(given);
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const text = new TextDecoder().decode(bytes.subarray(WORD, WORD + length));
    const { record: size, hasSaved, ...description } = JSON.parse(text);
    const record = bytes.slice(WORD + length, WORD + length + size);
    const rest = bytes.slice(WORD + length + size);
    const saved = { no: undefined, same: record, other: rest }[hasSaved as "no" | "same" | "other"];
    return { ...description, record, saved };
  } catch {
    throw new UnrolledError("invalid-file", "what was kept of the session is damaged");
  }
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
