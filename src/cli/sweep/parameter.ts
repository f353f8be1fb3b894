import type { Generator } from "../../random/philox.ts";

/** A value that an option of `unrolled train` takes. */
export type Value = string | number | boolean;

/** The values of one trial, by key. */
export type TrialSettings = Readonly<Record<string, Value>>;

/** What is varied: one of some values, or a number between two. */
export type Parameter =
  | { readonly key: string; readonly kind: "values"; readonly values: readonly Value[] }
  | {
      readonly key: string;
      readonly kind: "range";
      readonly min: number;
      readonly max: number;
      readonly scale: "linear" | "log";
      /** Whole numbers only. */
      readonly whole: boolean;
      /** Distance between values that are tried; null: any between. */
      readonly step: number | null;
      /** Number of values that a grid tries, evenly on the scale; null: not said. */
      readonly count: number | null;
    };

/** The values of a parameter where they can be counted; null where any between two numbers may come. */
export function countable(parameter: Parameter): readonly Value[] | null {
  if (parameter.kind === "values") return parameter.values;
  const { min, max, scale, whole, step, count } = parameter;
  const unit = step ?? (whole && count === null && scale === "linear" ? 1 : null);
  if (unit !== null) {
    // A little more than a whole number of steps is one that rounding has spoilt.
    const steps = Math.floor((max - min) / unit + 1e-9);
    return Array.from({ length: steps + 1 }, (_, index) => rounded(min + index * unit));
  }
  if (count === null) return null;
  const shares = Array.from({ length: count }, (_, index) => (count === 1 ? 0 : index / (count - 1)));
  return [...new Set(shares.map((share) => at(parameter, share)))];
}

/** A value at random: each as likely as any other, or evenly on the scale. */
export function drawn(parameter: Parameter, generator: Generator): Value {
  const values = countable(parameter);
  if (values !== null) return values[generator.integer(values.length)];
  return at(parameter as Extract<Parameter, { kind: "range" }>, generator.uniform());
}

/** The value at a share of the range, from 0 to 1. */
function at(range: Extract<Parameter, { kind: "range" }>, share: number): number {
  const { min, max, scale, whole } = range;
  const value = scale === "log" ? min * (max / min) ** share : min + (max - min) * share;
  const near = whole ? Math.round(value) : rounded(value);
  return Math.min(max, Math.max(min, near));
}

/** Four significant digits: what a person would type, and enough to find the best. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
