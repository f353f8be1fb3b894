// Settings as tables: an option says once what it may be, what it is where nothing is said, and what it does. From a table come the
// TypeScript type of its values, their checks, the keys of a configuration file, the flags of the command line and its help.
import { UnrolledError } from "../errors.ts";
import {
  type FieldCheck,
  flag as isFlag,
  name as isName,
  isRecord,
  listOf,
  objectOf,
  oneOf,
  probability,
  quoted,
} from "./field-checks.ts";

/** One option. `Value` is what it holds once defaults are filled in. */
export interface Option<Value = unknown> {
  /** How it is written: `words` are those that it, or each entry of a list, may be; a list is written with commas, each entry of a record as `entry` is. */
  readonly form: "number" | "text" | "flag" | "words" | "list" | "record";
  readonly words?: readonly string[];
  /** Other words for some of them, which are read and never written. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly entry?: Option;
  /** What is wrong with a value, in words that follow "needed". */
  readonly check: FieldCheck;
  readonly default: Value;
  /** The default in words, where it depends on others, which a reader names in its own way. */
  readonly defaultText?: DefaultText;
  /** A few words, lower case, no full stop. */
  readonly help: string;
  /** What stands for its value in a line of help: n, share. */
  readonly placeholder?: string;
  /** Its value, or each entry of a list, is the path of a file, but for these words. */
  readonly paths?: { readonly but: readonly string[] };
  /** The heading that help lists it under, if not the usual one; and the option that it stands before there. */
  readonly group?: string;
  readonly before?: string;
  /** It means something only where another option is one of these words. */
  readonly only?: { readonly option: string; readonly words: readonly string[] };
}

/** A default in words; other options are named as `named` has them. */
export type DefaultText = string | ((named: (option: string) => string) => string);

/** Options by name. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The values of a table: every option has one. */
export type ValuesOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

/** What callers give for a table: any of its options. */
export type GivenFor<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: ValuesOf<Table>[Name] | undefined;
};

/** What an option is where nothing is said, and what people are told of it; an option whose default is undefined may be left out. */
export interface Said<Value>
  extends Pick<Option, "help" | "defaultText" | "placeholder" | "paths" | "group" | "before" | "only"> {
  readonly default: Value;
}

/** Bounds of a number. */
interface Bounds {
  readonly whole?: true;
  readonly atLeast?: number;
  readonly above?: number;
  readonly atMost?: number;
  readonly below?: number;
}

/** An option that is a number within bounds. */
export function numberOption<Default extends number | null | undefined>(
  bounds: Bounds,
  said: Said<Default>,
): Option<number | Default> {
  return { form: "number", check: orNull(said.default, numberWithin(bounds)), ...said };
}

/** An option that is a number from 0 to below 1. */
export function shareOption<Default extends number | null | undefined>(
  said: Said<Default>,
): Option<number | Default> {
  return { form: "number", check: orNull(said.default, probability), ...said };
}

/** An option that is one of some words; `aliases` are other words for some of them. */
export function wordOption<const Word extends string, Default extends Word | null | undefined>(
  words: readonly Word[],
  said: Said<Default> & { readonly aliases?: Readonly<Record<string, Word>> },
): Option<Word | Default> {
  return { form: "words", words, check: orNull(said.default, oneOf(...words)), ...said };
}

/** An option that is true or false. */
export function flagOption(said: Said<boolean>): Option<boolean> {
  return { form: "flag", check: isFlag, ...said };
}

/** An option that is a text of 1 to 256 characters. */
export function textOption<Default extends string | null>(said: Said<Default>): Option<string | Default> {
  return { form: "text", check: orNull(said.default, isName), ...said };
}

/** An option that is a list of texts. */
export function listOption(said: Said<readonly string[]>): Option<readonly string[]> {
  return { form: "list", check: listOf(isName), ...said };
}

/** A record of entries by name, each as `entry` may be. */
export function recordOption<Value>(
  entry: Option<Value>,
  said: Said<Readonly<Record<string, Value>>>,
): Option<Readonly<Record<string, Value | undefined>>> {
  const check: FieldCheck = (value) => {
    const optional = isRecord(value) ? Object.keys(value).map((name) => [name, entry.check] as const) : [];
    return objectOf({ needed: {}, optional: Object.fromEntries(optional) })(value);
  };
  return { form: "record", entry, check, ...said };
}

/** One value for all entries of a record, or a record. */
export function allOrEach<Value>(
  record: Option<Readonly<Record<string, Value | undefined>>>,
): Option<Value | Readonly<Record<string, Value | undefined>>> {
  const { entry, check } = record;
  return { ...record, check: (value) => (isRecord(value) ? check(value) : entry?.check(value)) };
}

/** The word that another one stands for, if it does. */
export function unaliased({ aliases = {} }: Pick<Option, "aliases">, value: unknown): unknown {
  return typeof value === "string" && Object.hasOwn(aliases, value) ? aliases[value] : value;
}

/** The checks of a table's options, by name. */
export function checksOf(table: OptionTable): Readonly<Record<string, FieldCheck>> {
  return Object.fromEntries(Object.entries(table).map(([name, { check }]) => [name, check]));
}

/**
 * All values of a table, the defaults where nothing is given.
 *
 * @param call what errors say was called
 * @throws UnrolledError "invalid-argument" that names the first option which is unknown, or what is wrong with its value
 */
export function valuesOf<const Table extends OptionTable>(
  call: string,
  table: Table,
  given: Readonly<Record<string, unknown>>,
): ValuesOf<Table> {
  const said = Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Object.hasOwn(table, name) ? unaliased(table[name], value) : value]),
  );
  for (const [name, value] of Object.entries(said)) {
    if (!Object.hasOwn(table, name)) {
      const problem = `${quoted(name)} is not a known field, needed one of ${Object.keys(table).join(", ")}`;
      throw new UnrolledError("invalid-argument", { call, problem });
    }
    const needed = table[name].check(value);
    if (needed === undefined) continue;
    if (typeof needed !== "string")
      throw new UnrolledError("invalid-argument", { call, problem: `${name}.${needed[0]}` });
    const subject = [{ option: name }];
    throw new UnrolledError("invalid-argument", {
      call,
      subject,
      got: quoted(value),
      needed: [needed],
    });
  }
  return { ...defaultsOf(table), ...said } as ValuesOf<Table>;
}

/** What all options of a table are where nothing is said. */
export function defaultsOf<const Table extends OptionTable>(table: Table): ValuesOf<Table> {
  const defaults = Object.entries(table).map(([name, option]) => [name, option.default]);
  return Object.fromEntries(defaults) as ValuesOf<Table>;
}

/** Null stands for "as others say" where it is the default. */
function orNull(byDefault: unknown, check: FieldCheck): FieldCheck {
  return byDefault === null ? (value) => (value === null ? undefined : check(value)) : check;
}

function numberWithin({ whole, atLeast, above, atMost, below }: Bounds): FieldCheck {
  const least = above === undefined ? atLeast : above;
  const most = below === undefined ? atMost : below;
  const from = above === undefined ? `of at least ${least}` : `above ${least}`;
  const to = below === undefined ? `at most ${most}` : `below ${most}`;
  const range = [...(least === undefined ? [] : [from]), ...(most === undefined ? [] : [to])].join(" and ");
  const needed = `a ${whole ? "whole " : ""}number${range ? ` ${range}` : ""}`;
  return (value) => {
    const isNumber =
      typeof value === "number" && (whole ? Number.isSafeInteger(value) : Number.isFinite(value));
    if (!isNumber) return needed;
    const isWithin =
      (above === undefined || value > above) &&
      (atLeast === undefined || value >= atLeast) &&
      (below === undefined || value < below) &&
      (atMost === undefined || value <= atMost);
    return isWithin ? undefined : needed;
  };
}
