// Tables of options as flags: how each is written, parsed, and listed in the help.
import { Option as Flag, InvalidArgumentError } from "commander";
import { type Option, type OptionTable, unaliased } from "../../options/option.ts";
import { flagOf } from "./flag-names.ts";
import { names, numberFrom, numberOrNumbers, textsByName } from "./option-values.ts";

/** A flag whose value may be one for each of some names, which a configuration writes as keys of its own. */
export class RecordFlag extends Flag {}

/** A flag, the heading that it stands under, and the one that it stands in front of there. */
export interface PlacedFlag {
  readonly flag: Flag;
  readonly group: string;
  readonly before?: string | undefined;
}

/** The flags of a table; `help` has other words for some options, `group` is for those that name none. */
export function flagsOf(
  table: OptionTable,
  group: string,
  help: Readonly<Record<string, string>> = {},
): readonly PlacedFlag[] {
  return Object.entries(table).map(([name, option]) => ({
    flag: flagFor(name, { ...option, help: help[name] ?? option.help }),
    group: option.group ?? group,
    before: option.before,
  }));
}

/** Flags in the order of their groups, each in front of the one that it names, if any. */
export function inOrder(flags: readonly PlacedFlag[], groups: readonly string[]): readonly PlacedFlag[] {
  const named = (name: string) => flags.find(({ flag }) => flag.attributeName() === name);
  const groupOf = ({ group, before }: PlacedFlag) =>
    (before === undefined ? undefined : named(before)?.group) ?? group;
  const all = flags.filter(({ before }) => before === undefined || !named(before));
  for (const each of flags.filter((flag) => !all.includes(flag))) {
    const at = all.findIndex(({ flag }) => flag.attributeName() === each.before);
    all.splice(at, 0, { ...each, group: groupOf(each) });
  }
  const rank = ({ group }: PlacedFlag) => groups.indexOf(group);
  return all.toSorted((left, right) => rank(left) - rank(right));
}

/** What is typed to say an option: --peepholes, and --no-reset-after for what is on by itself. */
export function typedFlag(name: string, option: Option): string {
  const long = flagOf(name);
  return option.form === "flag" && option.default === true ? `--no-${long.slice(2)}` : long;
}

/** One option as a flag. The default is the table's: here it is only named. */
export function flagFor(name: string, option: Option): Flag {
  const { form, words, help, placeholder = form === "number" ? "n" : "value" } = option;
  const long = typedFlag(name, option);
  if (form === "flag") return new Flag(long, help);
  const flag = new (form === "record" ? RecordFlag : Flag)(`${long} <${placeholder}>`, help).default(
    undefined,
    defaultText(option),
  );
  // What has a value and a name that begins so, as --no-repeat-ngram, is no other option's opposite.
  flag.negate = false;
  if (form === "words") return withAliases(flag.choices(words ?? []), option);
  if (form === "list") return flag.argParser(names);
  return flag.argParser((text) => {
    const value = option.entry?.form === "text" ? textsByName(text) : VALUES[form](text);
    const needed = option.check(value);
    if (needed !== undefined)
      throw new InvalidArgumentError(typeof needed === "string" ? `Needed ${needed}.` : `${needed[0]}.`);
    return value;
  });
}

/** What a text means, by the form of an option. */
const VALUES = {
  number: numberFrom,
  record: numberOrNumbers,
  text: (text: string) => text,
} as const;

/** Takes aliases too, and passes on what they stand for. */
function withAliases(flag: Flag, option: Option): Flag {
  const { parseArg } = flag;
  return option.aliases && parseArg
    ? flag.argParser((text, before) => parseArg(String(unaliased(option, text)), before))
    : flag;
}

function defaultText(option: Option): string | undefined {
  const { default: byDefault, defaultText: text = plainDefault(byDefault) } = option;
  return typeof text === "function" ? text(flagOf) : text;
}

function plainDefault(value: unknown): string | undefined {
  if (Array.isArray(value) && value.length > 0) return value.join(",");
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
