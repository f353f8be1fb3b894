// The cells that there are, one row each: everything else about them comes from here.

import { type OptionTable, valuesOf } from "../options/option.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { mgu } from "./mgu.ts";
import { ownCell } from "./own-cells.ts";
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

/** Whether it is the name of one of the package's kinds. */
export function isCellKind(kind: string): kind is CellKind {
  return Object.hasOwn(CELLS, kind);
}

/** Whether it is the name of one of the package's kinds or of the user's own. */
export function isKnownCell(kind: string): kind is CellKind {
  return isCellKind(kind) || ownCell(kind) !== undefined;
}

/** The spec of a kind, for those who ask nothing of its own options. */
export function cellOfKind(kind: CellKind): CellSpec {
  return isCellKind(kind) ? CELLS[kind] : ownCell(kind)!;
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
