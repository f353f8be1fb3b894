import type { Command } from "commander";
import type { Entry } from "../configuration/file.ts";
import { canonicalKey } from "../configuration/keys.ts";
import { type Given, type Layer, layerOf } from "../configuration/layers.ts";
import type { Parameter, Value } from "./parameter.ts";
import { refuse, sectionOf } from "./section.ts";

/**
 * The parameters of a sweep: a list of values, or a range with min and max, scale linear or log, and a step or a count. Every value
 * (of a range, its ends) is one that the option's flag would take.
 */
export function parametersOf(
  train: Command,
  entries: readonly Entry[],
  excluded: Readonly<Record<string, string>>,
): { readonly list: readonly Parameter[]; readonly layer: Layer } {
  const layer = new Map<string, Given>();
  const list = entries.map((entry) => {
    const check = (value: unknown) => {
      for (const [key, given] of layerOf(train, [{ ...entry, value }], { excluded })) return { key, given };
      return refuse(entry, "is no option");
    };
    const parameter =
      entry.entries === undefined ? valuesOf(entry, check) : rangeOf(entry, entry.entries, check);
    if (layer.has(parameter.key)) refuse(entry, "is given twice");
    const first = parameter.kind === "values" ? parameter.values[0] : parameter.min;
    layer.set(parameter.key, check(first).given);
    return parameter;
  });
  return { list, layer };
}

/** Throws unless the value is one that the option takes. */
type Check = (value: unknown) => unknown;

function valuesOf(entry: Entry, check: Check): Parameter {
  // An unknown key is worth more than what is wrong with its value.
  const values = Array.isArray(entry.value) ? entry.value : [entry.value];
  if (values.length === 0) refuse(entry, "needed at least one value");
  for (const value of values) check(value);
  if (new Set(values).size < values.length) refuse(entry, "has a value twice");
  return { key: canonicalKey(entry.key), kind: "values", values: values as Value[] };
}

function rangeOf(entry: Entry, entries: readonly Entry[], check: Check): Parameter {
  const at = sectionOf(entries, ["min", "max", "scale", "step", "count"]);
  const numberAt = (key: string): number | null => {
    const each = at.get(key);
    if (each === undefined) return null;
    return typeof each.value === "number" && Number.isFinite(each.value)
      ? each.value
      : refuse(each, "needed a number");
  };
  const [min, max, step, count] = ["min", "max", "step", "count"].map(numberAt);
  if (min === null || max === null) return refuse(entry, "needed min and max, or a list of values");
  for (const end of [min, max]) check(end);
  if (min >= max) refuse(at.get("max")!, `needed more than min, ${min}`);
  const scale = at.get("scale")?.value ?? "linear";
  if (scale !== "linear" && scale !== "log") return refuse(at.get("scale")!, "needed linear or log");
  if (scale === "log" && min <= 0) refuse(at.get("min")!, "needed a number above 0 for scale: log");
  if (step !== null && !(step > 0)) refuse(at.get("step")!, "needed a number above 0");
  if (count !== null && !(Number.isInteger(count) && count >= 1)) {
    refuse(at.get("count")!, "needed a whole number of at least 1");
  }
  if (step !== null && (count !== null || scale === "log")) {
    refuse(at.get("step")!, "cannot be used with count or scale: log");
  }
  const whole = takesOnlyWhole(min, max, check);
  if (whole && step !== null && !Number.isInteger(step)) refuse(at.get("step")!, "needed a whole number");
  return { key: canonicalKey(entry.key), kind: "range", min, max, scale, whole, step, count };
}

/** Whether the option refuses a number between two that it takes. */
function takesOnlyWhole(min: number, max: number, check: Check): boolean {
  if (!Number.isInteger(min) || !Number.isInteger(max)) return false;
  try {
    check(min + 0.5);
    return false;
  } catch {
    return true;
  }
}
