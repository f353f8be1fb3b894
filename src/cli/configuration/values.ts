import { InvalidArgumentError, type Option } from "commander";
import { isRecord } from "../../options/field-checks.ts";
import { UsageError } from "../failure.ts";
import { RecordFlag } from "../flags/table-flags.ts";
import { keyOf } from "./keys.ts";

/** Whether a flag stands alone, without a value. */
export function isSwitch(option: Option): boolean {
  return !option.required && !option.optional;
}

/**
 * The value that an option takes from a configuration, by the very parser of its flag. `place` is where the value stands.
 */
export function parsedValue(option: Option, value: unknown, place: string): unknown {
  const key = keyOf(option);
  const refuse = (problem: string): never => {
    throw new UsageError(`${place}: ${key} ${problem}`);
  };
  if (value === null || value === undefined) return refuse("has no value");
  if (isSwitch(option)) {
    if (typeof value !== "boolean") return refuse(`is ${shown(value)}, needed true or false`);
    return value;
  }
  const items = Array.isArray(value)
    ? value
    : [option instanceof RecordFlag && isRecord(value) ? entriesText(value) : value];
  let parsed: unknown;
  for (const item of items) {
    if (typeof item !== "string" && typeof item !== "number") {
      return refuse(`is ${shown(item)}, needed a ${option.argChoices ? "word" : "number or a text"}`);
    }
    try {
      const before = parsed;
      const text = String(item);
      // As commander does it: choices and argParser are parseArg, and what has none is the text.
      if (option.parseArg) parsed = option.parseArg(text, before);
      else parsed = option.variadic ? [...((before as string[] | undefined) ?? []), text] : text;
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return refuse(`is ${shown(item)}. ${error.message}`);
    }
    // Whoever takes several values, collects them.
    if (Array.isArray(value) && !Array.isArray(parsed)) {
      return refuse(`is ${shown(value)}, needed one value`);
    }
  }
  return parsed;
}

/** Numbers by name, as a flag has them: h=0.1,c=0.05. */
function entriesText(numbers: Readonly<Record<string, unknown>>): string {
  return Object.entries(numbers)
    .map((entry) => entry.join("="))
    .join(",");
}

/** Whether a value, written into a configuration, comes back as it was. */
export function comesBack(option: Option, value: unknown): boolean {
  try {
    return JSON.stringify(parsedValue(option, value, "")) === JSON.stringify(value);
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}
