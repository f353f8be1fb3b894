// Reading the fields of parsed JSON of which nothing is known yet.

import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";

export function field(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function invalidTokenizer(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", { call: "tokenizerFromJSON", problem });
}
