import type { LanguageModelConfig } from "../models/config.ts";

/** A cell by name, as configurations have it. */
export type CellName = LanguageModelConfig["cell"];

/** A gate, or the candidate (g of an LSTM, n of a GRU), after its activation. */
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n";

/** The gates of each cell in the order of its weights' blocks; an Elman cell has none. */
export const GATE_NAMES: Readonly<Record<CellName, readonly GateName[]>> = {
  elman: [],
  lstm: ["i", "f", "g", "o"],
  gru: ["r", "z", "n"],
};
