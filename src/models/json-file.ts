// JSON with snake_case keys, as every model's folder has it.
import { isRecord } from "../options/field-checks.ts";

/** A JSON file. */
export function jsonFile(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/** An object with its keys in other words, inside objects too. */
export function renamedKeys(record: object, rename: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      rename(key),
      isRecord(value) ? renamedKeys(value, rename) : value,
    ]),
  );
}

/** hiddenSize → hidden_size, for all keys. */
export function snakeCaseKeys(record: object): Record<string, unknown> {
  return renamedKeys(record, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
