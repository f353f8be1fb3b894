// A choice whose kinds have options of their own, such as optimisers: one table for each kind, and all of them side by side.
import type { FieldCheck } from "./field-checks.ts";
import { defaultsOf, type Option, type OptionTable } from "./option.ts";

/** A table for each kind. */
export type KindTables = Readonly<Record<string, OptionTable>>;

type NamesIn<Table> = Table extends unknown ? keyof Table : never;
type OptionIn<Table, Name extends PropertyKey> =
  Table extends Readonly<Record<Name, infer Found>> ? Found : never;

/** The options of all kinds, each once. */
export type OptionsOfKinds<Kinds extends KindTables> = {
  readonly [Name in NamesIn<Kinds[keyof Kinds]>]: OptionIn<Kinds[keyof Kinds], Name>;
};

/**
 * The options of all kinds, each once. The help of one that some kinds lack begins with those that have it; where defaults
 * differ, they are all said; a value is fine that one of them takes.
 *
 * @param choice the option that names the kind, if those that some kinds lack are refused beside the others
 */
export function optionsOfKinds<const Kinds extends KindTables>(
  kinds: Kinds,
  choice?: string,
): OptionsOfKinds<Kinds> {
  const all: Record<string, Option> = {};
  for (const table of Object.values(kinds)) {
    for (const [name, option] of Object.entries(table)) {
      all[name] ??= {
        ...option,
        check: anyCheckOf(kinds, name),
        help: helpOf(kinds, name, option),
        ...defaultTextOf(kinds, name, option.default),
        ...onlyOf(kinds, name, choice),
      };
    }
  }
  return all as OptionsOfKinds<Kinds>;
}

/** The kinds that have an option. */
export function kindsWith(kinds: KindTables, name: string): readonly string[] {
  return Object.keys(kinds).filter((kind) => Object.hasOwn(kinds[kind], name));
}

/** What the options of one kind are where nothing is said. */
export function defaultsOfKind(kinds: KindTables, kind: string): Readonly<Record<string, unknown>> {
  return Object.hasOwn(kinds, kind) ? defaultsOf(kinds[kind]) : {};
}

function helpOf(kinds: KindTables, name: string, { help }: Option): string {
  const having = kindsWith(kinds, name);
  return having.length === Object.keys(kinds).length ? help : `${having.join(", ")}: ${help}`;
}

function onlyOf(kinds: KindTables, name: string, choice: string | undefined): Pick<Option, "only"> {
  const words = kindsWith(kinds, name);
  const isOfAll = words.length === Object.keys(kinds).length;
  return choice === undefined || isOfAll ? {} : { only: { option: choice, words } };
}

function anyCheckOf(kinds: KindTables, name: string): FieldCheck {
  const checks = [...new Set(kindsWith(kinds, name).map((kind) => kinds[kind][name].check))];
  return (value) => {
    const needed = checks.map((check) => check(value));
    if (needed.includes(undefined)) return undefined;
    const words = needed.filter((each) => typeof each === "string");
    return words.length === 0 ? needed[0] : [...new Set(words)].join(", or ");
  };
}

/** What an option is by itself, `own` where that is not what the first kind has, and what it is for kinds that differ from the first. */
export function defaultTextOf(
  kinds: KindTables,
  name: string,
  first: unknown,
  own = first,
): Pick<Option, "defaultText"> {
  const others = Object.entries(kinds)
    .filter(([, table]) => name in table && table[name].default !== first)
    .sort(([, left], [, right]) => Number(left[name].default) - Number(right[name].default))
    .map(([kind, table]) => `${kind} ${table[name].default}`);
  return others.length === 0 ? {} : { defaultText: `${own}; ${others.join(", ")}` };
}
