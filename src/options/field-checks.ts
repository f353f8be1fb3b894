// Checks of single values in JSON that may hold anything: undefined where the value is fine, else what was needed, or what is wrong
// with each field inside it.
/** What a value should have been, or a list of what is wrong inside it; undefined for one that is as it should. */
export type FieldCheck = (value: unknown) => string | readonly string[] | undefined;

/** The fields of an object; `optional` ones may be missing. */
export interface Fields {
  readonly needed: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
}

/** Layers of one recurrent stack that are believed. */
export const MOST_LAYERS = 1000;
/** The largest length that is believed; its square is yet an exact number. */
const LARGEST = 2 ** 26;
/** Entries of a list that are believed. */
const LONGEST = 100_000;
/** Characters of a foreign value that an error quotes. */
const QUOTED = 60;

const needs =
  (needed: string, isFine: (value: unknown) => boolean): FieldCheck =>
  (value) =>
    isFine(value) ? undefined : needed;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

export const size = needs(
  `a whole number from 1 to ${LARGEST}`,
  (value) => isWhole(value) && value >= 1 && value <= LARGEST,
);
export const axisNumber = needs(
  "a whole number from -8 to 7",
  (value) => isWhole(value) && value >= -8 && value <= 7,
);
export const wholeNumber = needs("a whole number", isWhole);
export const number = needs("a number", isNumber);
export const positive = needs("a number above 0", (value) => isNumber(value) && value > 0);
export const notNegative = needs("a number of at least 0", (value) => isNumber(value) && value >= 0);
export const probability = needs(
  "a number from 0 to below 1",
  (value) => isNumber(value) && value >= 0 && value < 1,
);
export const flag = needs("true or false", (value) => typeof value === "boolean");
export const name = needs(
  "a name of 1 to 256 characters",
  (value) => typeof value === "string" && value.length >= 1 && value.length <= 256,
);

/** One of some words. */
export function oneOf(...words: readonly string[]): FieldCheck {
  return needs(`one of ${words.join(", ")}`, (value) => typeof value === "string" && words.includes(value));
}

/** A list whose entries all are fine. */
export function listOf(entry: FieldCheck, length?: number): FieldCheck {
  return (value) => {
    const what = `a list${length === undefined ? "" : ` of ${length}`}`;
    if (!Array.isArray(value) || value.length > LONGEST || (length ?? value.length) !== value.length)
      return what;
    for (const one of value) {
      const needed = entry(one);
      if (needed) return `${what}, each ${typeof needed === "string" ? needed : "an object as it should be"}`;
    }
    return undefined;
  };
}

/** An object with fields of its own. */
export function objectOf(fields: Fields): FieldCheck {
  return (value) => {
    if (!isRecord(value)) return "an object";
    const problems = fieldProblems(value, fields);
    return problems.length > 0 ? problems : undefined;
  };
}

/** Lengths of a shape, one of which may be −1. */
export const openShape: FieldCheck = (value) => {
  const needed = "a list of at most 7 lengths, of which one may be -1";
  if (!Array.isArray(value) || value.length > 7) return needed;
  const open = value.filter((length) => length === -1).length;
  return open <= 1 && value.every((length) => length === -1 || !size(length)) ? undefined : needed;
};

/** Axes of an input: lengths, or names of those that are free. */
export const axes: FieldCheck = (value) => {
  const isAxis = (axis: unknown) => !(typeof axis === "string" ? name(axis) : size(axis));
  return Array.isArray(value) && value.length >= 1 && value.length <= 8 && value.every(isAxis)
    ? undefined
    : "a list of 1 to 8 lengths or names";
};

/** What is wrong with an object's fields, each as `field is …, needed …`. */
export function fieldProblems(value: unknown, { needed, optional = {} }: Fields): string[] {
  if (!isRecord(value)) return [`is ${quoted(value)}, needed an object`];
  const problems: string[] = [];
  const look = (field: string, check: FieldCheck, isOptional: boolean) => {
    const entry = Object.hasOwn(value, field) ? value[field] : undefined;
    const problem = isOptional && entry === undefined ? undefined : check(entry);
    if (typeof problem === "string") problems.push(`${field} is ${quoted(entry)}, needed ${problem}`);
    else if (problem) problems.push(...problem.map((inside) => `${field}.${inside}`));
  };
  for (const [field, check] of Object.entries(needed)) look(field, check, false);
  for (const [field, check] of Object.entries(optional)) look(field, check, true);
  const known = { ...needed, ...optional };
  for (const field of Object.keys(value)) {
    if (!Object.hasOwn(known, field))
      problems.push(`${quoted(field)} is not a known field, needed one of ${Object.keys(known).join(", ")}`);
  }
  return problems;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as an error quotes it. What nests is only named, since it may nest without end. */
export function quoted(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const isLong = typeof value === "string" && value.length > QUOTED;
  return isLong ? `${JSON.stringify(value.slice(0, QUOTED))}…` : (JSON.stringify(value) ?? String(value));
}
