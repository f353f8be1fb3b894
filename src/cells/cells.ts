// The cells that there are, one row each: everything else about them comes from here.

import { type OptionTable, valuesOf } from "../options/option.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { mgu } from "./mgu.ts";
import { rnn } from "./rnn.ts";
import type { CellShape, CellSpec } from "./spec.ts";
import { stepOptions } from "./step-options.ts";
import { ugrnn } from "./ugrnn.ts";

/** The descriptions of the built-in cells, by kind. */
export const CELLS = { rnn, lstm, gru, mgu, ugrnn } as const;

/** The kinds of cells that the package has, as configurations name them. */
export type CellKind = keyof typeof CELLS;

/** Their names. */
export const CELL_KINDS = Object.keys(CELLS) as readonly CellKind[];

/** A cell as a module's export. Plain data. */
export interface CellModule {
  /** Its URL. */
  readonly module: string | URL;
  readonly export: string;
}

/** Cells of the user's own that configurations may name, and the modules that some of them were imported from. */
const ownCells = new Map<string, CellSpec>();
const homes = new Map<string, CellModule>();

/** Whether it is the name of one of the package's kinds. */
export function isCellKind(kind: string): kind is CellKind {
  return Object.hasOwn(CELLS, kind);
}

/** Whether it is the name of one of the package's kinds or of the user's own. */
export function isKnownCell(kind: string): kind is CellKind {
  return isCellKind(kind) || ownCells.has(kind);
}

/** The spec of a kind, for those who ask nothing of its own options. */
export function cellOfKind(kind: CellKind): CellSpec {
  return isCellKind(kind) ? CELLS[kind] : ownCells.get(kind)!;
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

/** What is known of a cell with options as they may be given; those that are no cell's, of sequences say, are passed over. */
export function shapeWith(
  spec: CellSpec,
  { inputSize, hiddenSize, ...given }: { readonly inputSize: number; readonly hiddenSize: number },
): CellShape {
  const table: OptionTable = { ...stepOptions, ...spec.options };
  const own = Object.entries(given).filter(([name]) => Object.hasOwn(table, name));
  const values = valuesOf(spec.name, table, Object.fromEntries(own));
  return spec.shape({ inputSize, hiddenSize, ...values } as Parameters<CellSpec["shape"]>[0]);
}
