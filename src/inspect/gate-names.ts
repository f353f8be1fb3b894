import { CELL_KINDS, type CellKind, cellOfKind, shapeWith } from "../cells/cells.ts";
import { gateNames } from "../cells/parameters.ts";

/** A cell by name, as networks' configurations have it. */
export type CellName = CellKind;

/** A gate, or the candidate, after its activation: a name out of the cell's description. */
export type GateName = string;

/** The gates of each cell with its usual options, in the order of its weights' blocks; an Elman cell has none. */
export const GATE_NAMES = Object.fromEntries(
  CELL_KINDS.map((kind) => [kind, gateNames(shapeWith(cellOfKind(kind), { inputSize: 1, hiddenSize: 1 }))]),
) as Readonly<Record<CellName, readonly GateName[]>>;
