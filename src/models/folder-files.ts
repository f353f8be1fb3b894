// What the files of every model's folder have in common: JSON with snake_case keys, and errors that name the file.

import { UnrolledError } from "../errors.ts";
import { jsonOutline } from "../formats/json-outline.ts";
import { isRecord } from "../options/field-checks.ts";
import { renamedKeys } from "./json-file.ts";
import type { FileReader } from "./model-files.ts";

/** Deeper than what any file of a model's folder says. */
const DEEPEST = 64;

/** The object in a file that a model can do without. */
export async function readIfThere(
  file: string,
  read: FileReader,
): Promise<Record<string, unknown> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await read(file);
  } catch (error) {
    if (error instanceof UnrolledError && error.code === "missing-file") return undefined;
    throw error;
  }
  return parseObject(file, bytes);
}

/** Adds the file's name to whatever goes wrong in reading it. */
export function inFile<Input, Result>(file: string, read: (input: Input) => Result, input: Input): Result {
  try {
    return read(input);
  } catch (error) {
    throw error instanceof UnrolledError && error.place !== file ? error.within({ place: file }) : error;
  }
}

/** The object in a JSON file. */
export function parseObject(file: string, bytes: Uint8Array): Record<string, unknown> {
  const { depth } = jsonOutline(bytes);
  if (depth > DEEPEST) throw invalidFile(file, `it nests ${depth} deep, needed at most ${DEEPEST}`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw invalidFile(file, `it is no JSON (${(error as Error).message})`);
  }
  if (!isRecord(value)) throw invalidFile(file, "it holds no JSON object");
  return value;
}

/** An error that names the file. */
export function invalidFile(file: string, problem: string): UnrolledError {
  return new UnrolledError("invalid-file", { place: file, problem });
}

/** hidden_size → hiddenSize, for all keys. */
export function camelCaseKeys(record: object): Record<string, unknown> {
  return renamedKeys(record, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}
