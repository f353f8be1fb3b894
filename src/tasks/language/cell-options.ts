import { isKnownCell } from "../../cells/cells.ts";
import { ownCellKinds } from "../../cells/own-cells.ts";
import { type Option, wordOption } from "../../options/option.ts";
import {
  type AnyCellName,
  CELL_ALIASES,
  CELL_NAMES,
  kindOfCell,
  CELL_OPTIONS as OF_CELLS,
} from "./model/language-cell.ts";

const OWN = "Cell:";

const knownNames = () => [...CELL_NAMES, ...ownCellKinds()].join(", ");

const grouped = <Table extends object>(table: Table) =>
  Object.fromEntries(
    Object.entries(table).map(([name, option]: [string, Option]) => [name, { ...option, group: OWN }]),
  ) as Table;

/** The recurrent cell of a language model, and what each can be told. */
export const CELL_OPTIONS = {
  cell: {
    ...wordOption(CELL_NAMES, {
      default: "lstm",
      aliases: CELL_ALIASES,
      placeholder: "kind",
      group: "Model:",
      help: "recurrent cell",
    }),
    check: (value) =>
      typeof value === "string" && isKnownCell(kindOfCell(value)) ? undefined : `one of ${knownNames()}`,
  } as Option<AnyCellName>,
  ...grouped(OF_CELLS),
} as const;
