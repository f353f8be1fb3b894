import { UnrolledError } from "../errors.ts";
import { isRecord } from "../options/field-checks.ts";
import type { Allowance } from "./allowance.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { jsonOutline } from "./json-outline.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from "./safetensors-format.ts";
import { shown } from "./shown.ts";
import { bytesOfType, isStoredType, STORED_TYPES, type StoredType } from "./stored-numbers.ts";

/** A tensor's lengths stand in a list, in an object, in the header. */
const DEEPEST = 3;

export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  /** Where the values start and end, in bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

type Complaint = (problem: string) => UnrolledError;

export interface SafetensorsHeader {
  /** In the order of their bytes in the file. */
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads and checks what a safetensors file says about itself, without reading a value: names, dtypes, shapes,
 * and that the values fill the rest of the file without hole or overlap
 * (https://github.com/huggingface/safetensors#format).
 *
 * @param call what error messages begin with
 * @param allowance the header's bytes are taken from it
 * @throws UnrolledError "invalid-file"
 */
export function readSafetensorsHeader(
  call: string,
  bytes: Uint8Array,
  allowance?: Allowance,
): SafetensorsHeader {
  const invalid: Complaint = (problem) => new UnrolledError("invalid-file", { call, problem });
  const length = headerLength(bytes, invalid);
  allowance?.take(length, "the header");
  const dataBegin = LENGTH_BYTES + length;
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataBegin), invalid);
  let metadata: Record<string, string> = {};
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_KEY) metadata = checkedMetadata(value, invalid);
    else entries.push(checkedEntry(name, value, dataBegin, invalid));
  }
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  requireContiguous(entries, dataBegin, bytes.length, invalid);
  return { entries, metadata };
}

function headerLength(bytes: Uint8Array, invalid: Complaint): number {
  if (bytes.length < LENGTH_BYTES) {
    throw invalid(`the file has ${bytes.length} bytes, needed at least ${LENGTH_BYTES}; it is truncated`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw invalid(
      `the header claims ${length} bytes, more than the format's limit of ${MAX_HEADER_BYTES}; this is no safetensors file`,
    );
  }
  if (LENGTH_BYTES + Number(length) > bytes.length) {
    throw invalid(
      `the header claims ${length} bytes, but only ${bytes.length - LENGTH_BYTES} follow; the file is truncated`,
    );
  }
  return Number(length);
}

function parseHeader(headerBytes: Uint8Array, invalid: Complaint): Record<string, unknown> {
  const { depth, keys } = jsonOutline(headerBytes);
  if (depth > DEEPEST) throw invalid(`the header nests ${depth} deep, needed at most ${DEEPEST}`);
  let text: string;
  let header: unknown;
  try {
    // A decoder takes no memory that threads share.
    const isShared = !(headerBytes.buffer instanceof ArrayBuffer);
    const own = isShared ? new Uint8Array(headerBytes) : headerBytes;
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(own);
    header = JSON.parse(text);
  } catch (error) {
    throw invalid(`the header is no JSON in UTF-8: ${error instanceof Error ? error.message : error}`);
  }
  if (!text.startsWith("{") || !isRecord(header)) {
    throw invalid(`the header begins with ${JSON.stringify(text.slice(0, 1))}, needed "{"`);
  }
  const duplicate = keysIn(header) === keys ? undefined : duplicateKey(text);
  if (duplicate !== undefined) throw invalid(`the header has the key ${shown(duplicate)} twice`);
  return header;
}

/** Keys of an object and of the objects in it. JSON.parse keeps one of two equal keys, so that they are fewer than in the text then. */
function keysIn(header: Record<string, unknown>): number {
  let count = 0;
  for (const value of Object.values(header)) count += 1 + (isRecord(value) ? Object.keys(value).length : 0);
  return count;
}

function checkedMetadata(value: unknown, invalid: Complaint): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== "string")) {
    throw invalid(`${METADATA_KEY} is ${shown(value)}, needed an object of strings`);
  }
  return value as Record<string, string>;
}

function checkedEntry(name: string, value: unknown, dataBegin: number, invalid: Complaint): SafetensorsEntry {
  const fail = (message: string) => invalid(`tensor ${shown(name)}: ${message}`);
  if (!isRecord(value)) throw fail(`is ${shown(value)}, needed dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredType(dtype)) {
    throw fail(`dtype is ${shown(dtype)}, needed one of ${STORED_TYPES.join(", ")}`);
  }
  if (!isSizes(shape)) throw fail(`shape is ${shown(shape)}, needed integers of at least 0`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw fail(`data_offsets are ${shown(offsets)}, needed [begin, end] in bytes`);
  }
  const needed = bytesOfShape(shape, bytesOfType(dtype));
  if (needed === undefined) throw fail(`shape is ${shown(shape)}, more than any file can hold`);
  const [begin, end] = offsets;
  if (end - begin !== needed) {
    throw fail(`data_offsets span ${end - begin} bytes, but ${dtype} ${shown(shape)} has ${needed}`);
  }
  return { name, dtype, shape, begin: dataBegin + begin, end: dataBegin + end };
}

function requireContiguous(
  entries: readonly SafetensorsEntry[],
  dataBegin: number,
  fileEnd: number,
  invalid: Complaint,
): void {
  let end = dataBegin;
  let previous = "the header";
  for (const entry of entries) {
    const name = `tensor ${shown(entry.name)}`;
    if (entry.begin < end) throw invalid(`${name}: overlaps ${previous} by ${end - entry.begin} bytes`);
    if (entry.begin > end) {
      throw invalid(`${name}: leaves a gap of ${entry.begin - end} bytes after ${previous}`);
    }
    if (entry.end > fileEnd) {
      throw invalid(`${name}: ends at byte ${entry.end}, but the file has ${fileEnd}; it is truncated`);
    }
    end = entry.end;
    previous = name;
  }
  if (end < fileEnd) throw invalid(`${fileEnd - end} bytes follow ${previous} and belong to no tensor`);
}

/** The product of sizes and of one value's bytes; undefined if it, or part of it, is beyond 2⁵³, where it would be wrong. */
function bytesOfShape(shape: readonly number[], bytesPerValue: number): number | undefined {
  let bytes = bytesPerValue;
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
