// Cells of the user's own that configurations may name, apart from the package's: a page that starts a training needs to know where
// they come from, and of the package's cells nothing.
import type { CellSpec } from "./spec.ts";

/** A cell as a module's export. Plain data. */
export interface CellModule {
  /** Its URL. */
  readonly module: string | URL;
  readonly export: string;
}

/** The cells, and the modules that some of them were imported from. */
const ownCells = new Map<string, CellSpec>();
const homes = new Map<string, CellModule>();

/** The user's own cell of a kind, if there is one. */
export function ownCell(kind: string): CellSpec | undefined {
  return ownCells.get(kind);
}

/** The kinds of the user's own cells. */
export function ownCellKinds(): readonly string[] {
  return [...ownCells.keys()];
}

/** Lets configurations name a cell of the user's own. */
export function addOwnCell(spec: CellSpec): void {
  ownCells.set(spec.kind, spec);
}

/** Says which module a cell of the user's own was imported from. */
export function setCellHome(kind: string, home: CellModule): void {
  homes.set(kind, home);
}

/** The module that a cell of the user's own was imported from, if it was. */
export function homeOfCell(kind: string): CellModule | undefined {
  return homes.get(kind);
}

/** The modules of all cells of the user's own that have one, for threads that need to know the same cells. */
export function cellHomes(): readonly CellModule[] {
  return [...homes.values()];
}
