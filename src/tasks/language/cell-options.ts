import { type Option, wordOption } from "../../options/option.ts";
import { CELL_ALIASES, CELL_NAMES, CELL_OPTIONS as OF_CELLS } from "./model/language-cell.ts";

const OWN = "Cell:";

const grouped = <Table extends object>(table: Table) =>
  Object.fromEntries(
    Object.entries(table).map(([name, option]: [string, Option]) => [name, { ...option, group: OWN }]),
  ) as Table;

/** The recurrent cell of a language model, and what each can be told. */
export const CELL_OPTIONS = {
  cell: wordOption(CELL_NAMES, {
    default: "lstm",
    aliases: CELL_ALIASES,
    placeholder: "kind",
    group: "Model:",
    help: "recurrent cell",
  }),
  ...grouped(OF_CELLS),
} as const;
