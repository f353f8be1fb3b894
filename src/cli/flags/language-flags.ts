// Which texts a language model learns from: flags that are no settings, since a program gives the texts themselves.
import { Option } from "commander";
import { LANGUAGE_OPTIONS } from "../../tasks/language/language-options.ts";
import { askedCells } from "../asked-cell.ts";
import { flagFor, type PlacedFlag } from "./table-flags.ts";

const TEXT = "Text:";

/** A tokenizer may be a file here, so its flag takes any text. */
export function languageFlags(ofTable: readonly PlacedFlag[]): readonly PlacedFlag[] {
  const option = (flags: string, description: string, byDefault?: string) =>
    new Option(flags, description).default(undefined, byDefault);
  const kinds = LANGUAGE_OPTIONS.tokenizer.words ?? [];
  const tokenizer = option(
    "--tokenizer <kind|file>",
    `what a token is: ${kinds.join(", ")}, or a tokenizer.json`,
    LANGUAGE_OPTIONS.tokenizer.default,
  );
  const fraction = flagFor("valFraction", LANGUAGE_OPTIONS.valFraction).conflicts("val");
  const own: Readonly<Record<string, Option>> = { tokenizer, valFraction: fraction, cell: cellFlag() };
  return [
    ...ofTable.map((placed) => ({ ...placed, flag: own[placed.flag.attributeName()] ?? placed.flag })),
    {
      flag: option("--field <name>", "JSON lines: where the text is", "text"),
      group: TEXT,
      before: "shuffle",
    },
    {
      flag: option("--cache <dir>", "where tokens are kept", "~/.cache/unrolled"),
      group: TEXT,
      before: "valFraction",
    },
    { flag: option("--val <file>", "text to measure on instead"), group: TEXT },
    { flag: option("--test <files...>", "with --condition: measure on these once, at the end"), group: TEXT },
  ];
}

const OWN_CELL = ", or a module that exports one, as ./cell.js#name";

/** A cell may be a module's export, which has been imported by now. */
function cellFlag(): Option {
  const { words = [], ...option } = LANGUAGE_OPTIONS.cell;
  const own = askedCells();
  const flag = flagFor("cell", {
    ...option,
    words: [...words, ...own.keys()],
    help: `${option.help}${OWN_CELL}`,
  });
  const { parseArg } = flag;
  return flag.argParser<string>((text, before) => own.get(text) ?? parseArg!(text, before));
}
