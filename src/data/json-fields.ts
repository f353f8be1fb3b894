// Reading the fields of parsed JSON of which nothing is known yet.
import { UnrolledError } from "../errors.ts";

export function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function invalidTokenizer(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", `tokenizerFromJSON: ${problem}`);
}
