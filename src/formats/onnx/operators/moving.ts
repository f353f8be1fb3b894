// Entries that go elsewhere: in a recording by kernels, in any other run by loops.
import type { Machine } from "../machine.ts";
import type { OnnxValue } from "../value.ts";
import { copyRows, type Rows } from "./broadcast.ts";

/** y ← the entries of x that rows show from entry `start` on. */
export function moveRows(machine: Machine, x: OnnxValue, start: number, rows: Rows, y: OnnxValue): void {
  if (rows.isEmpty) return;
  const isDone = machine.onPlaces([x, y], ({ kernels, numbers }) => {
    const [steps] = rows.steps;
    kernels.gatherSteps({
      x: x.place! + start,
      layout: numbers([...rows.lengths.toReversed(), ...steps.toReversed()]),
      y: y.place!,
      rank: rows.lengths.length,
    });
  });
  if (!isDone) copyRows(x.data, start, rows, y.data);
}

/** y ← rows of x, `width` entries each, that a table names; zeros where it has −1. False where the node is to do it itself. */
export function moveByTable(
  machine: Machine,
  x: OnnxValue,
  table: () => ArrayLike<number>,
  width: number,
  y: OnnxValue,
): boolean {
  return machine.onPlaces([x, y], ({ kernels, numbers }) => {
    const ids = table();
    kernels.gatherRows({
      table: x.place!,
      ids: numbers(ids),
      ys: y.place!,
      n: ids.length,
      width,
      rows: x.data.length / width,
    });
  });
}
