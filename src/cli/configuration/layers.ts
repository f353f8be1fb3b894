// Options come in layers, each on top of those before it: defaults, a preset, a configuration file, flags.
import type { Command, Option } from "commander";
import { UsageError } from "../failure.ts";
import type { Entry } from "./file.ts";
import { canonicalKey, keyOf, optionsByKey } from "./keys.ts";
import { unknownKey } from "./unknown-key.ts";
import { parsedValue } from "./values.ts";

/** An option's value and where it comes from. */
export interface Given {
  readonly option: Option;
  readonly value: unknown;
  /** "run.yaml, line 3". */
  readonly place: string;
}

/** What is given, by key. */
export type Layer = ReadonlyMap<string, Given>;

/**
 * The options that entries of a configuration mean. `elsewhere` are keys that are known but no options, `excluded` options that
 * mean nothing here, with the reason. Wrong usage: an unknown key, a key twice, a value its flag would refuse, keys that exclude
 * one another.
 */
export function layerOf(
  command: Command,
  entries: readonly Entry[],
  {
    elsewhere = [],
    excluded = {},
  }: { elsewhere?: readonly string[]; excluded?: Readonly<Record<string, string>> },
): Layer {
  const options = optionsByKey(command);
  const known = [...elsewhere, ...options.keys()].filter((key) => !(key in excluded));
  const layer = new Map<string, Given>();
  for (const { key: name, value, place } of entries) {
    const key = canonicalKey(name);
    if (elsewhere.includes(key)) continue;
    if (key in excluded) throw new UsageError(`${place}: '${name}' ${excluded[key]}`);
    const option = options.get(key);
    if (option === undefined) throw new UsageError(`${place}: ${unknownKey(name, known)}`);
    const before = layer.get(key);
    if (before) throw new UsageError(`${place}: ${key} is given twice, before in ${before.place}`);
    layer.set(key, { option, value: parsedValue(option, value, place), place });
  }
  requireNoConflicts(layer);
  return layer;
}

/** Both layers, the upper one's keys in place of the lower one's that they repeat or exclude. */
export function onTop(lower: Layer, upper: Layer): Layer {
  const kept = [...lower].filter(
    ([key, { option }]) =>
      !upper.has(key) && ![...upper.values()].some((other) => exclude(option, other.option)),
  );
  return new Map([...kept, ...upper]);
}

/** Whether two options cannot stand together, such as the steps and the minutes to train for. */
export function exclude(one: Option, other: Option): boolean {
  return conflicts(one).includes(other.attributeName()) || conflicts(other).includes(one.attributeName());
}

export function requireNoConflicts(layer: Layer): void {
  const all = [...layer.values()];
  for (const [index, { option, place }] of all.entries()) {
    const other = all.slice(0, index).find((before) => exclude(before.option, option));
    if (other === undefined) continue;
    throw new UsageError(
      `${place}: ${keyOf(option)} cannot be used with ${keyOf(other.option)} (${other.place})`,
    );
  }
}

/** Commander has it, its declarations do not. */
function conflicts(option: Option): readonly string[] {
  return (option as Option & { readonly conflictsWith: readonly string[] }).conflictsWith;
}
