import { type CellKind, cellOfKind, shapeWith } from "../cells/cells.ts";
import { gateNames } from "../cells/parameters.ts";
import type { LanguageModelConfig } from "../models/config.ts";

/** A cell by name, as configurations have it. */
export type CellName = LanguageModelConfig["cell"];

/** A gate, or the candidate (g of an LSTM, n of a GRU), after its activation. */
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n";

const shapeOf = (kind: CellKind) => shapeWith(cellOfKind(kind), { inputSize: 1, hiddenSize: 1 });
const namesOf = (kind: CellKind) => gateNames(shapeOf(kind)) as readonly GateName[];

/** The gates of each cell in the order of its weights' blocks; an Elman cell has none. */
export const GATE_NAMES: Readonly<Record<CellName, readonly GateName[]>> = {
  elman: namesOf("rnn"),
  lstm: namesOf("lstm"),
  gru: namesOf("gru"),
};

/** The states of a cell, h first. */
export function stateNames(cell: CellName): readonly string[] {
  return shapeOf(cell === "elman" ? "rnn" : cell).states.map(({ name }) => name);
}
