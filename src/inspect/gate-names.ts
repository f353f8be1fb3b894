import { cellOfKind, shapeWith } from "../cells/cells.ts";
import { gateNames } from "../cells/parameters.ts";
import { UnrolledError } from "../errors.ts";
import type { LanguageModelConfig } from "../models/config.ts";
import { CELL_NAMES, type CellName, kindOfCell } from "../models/language-cell.ts";

/** A cell by name, as configurations have it. */
export type { CellName } from "../models/language-cell.ts";

/** A gate, or the candidate (g of an LSTM, n of a GRU), after its activation. */
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n";

const shapeOf = (cell: CellName) => shapeWith(cellOfKind(kindOfCell(cell)), { inputSize: 1, hiddenSize: 1 });
const namesOf = (cell: CellName) => gateNames(shapeOf(cell)) as readonly GateName[];

/** The gates of each cell in the order of its weights' blocks; an Elman cell has none. */
export const GATE_NAMES = Object.fromEntries(CELL_NAMES.map((cell) => [cell, namesOf(cell)])) as Readonly<
  Record<CellName, readonly GateName[]>
>;

/** The states of a cell, h first. */
export function stateNames(cell: CellName): readonly string[] {
  return shapeOf(cell).states.map(({ name }) => name);
}

/** What an Elman cell's sums are squashed by, where its slope is known here. */
export function nonlinearityOf({ nonlinearity = "tanh" }: LanguageModelConfig): "tanh" | "relu" {
  if (nonlinearity === "tanh" || nonlinearity === "relu") return nonlinearity;
  throw new UnrolledError(
    "invalid-argument",
    `inspect: nonlinearity is ${JSON.stringify(nonlinearity)}, needed tanh or relu`,
  );
}
