// Broadcasting (NumPy's rules): shapes are aligned at their last axes, and an axis of length 1 is repeated. Entries are visited a row
// at a time, so that inner loops are plain.
import { shapeText } from "../../../tensor/tensor.ts";
import type { OnnxData } from "../data-types.ts";
import { problem } from "../value.ts";

/** The shape that several broadcast to. */
export function broadcastDims(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    let length = 1;
    for (const dims of shapes) {
      const own = dims[axis - rank + dims.length] ?? 1;
      if (own === 1 || own === length) continue;
      if (length !== 1) throw problem(`shapes ${shapes.map(shapeText).join(" and ")} do not fit each other`);
      length = own;
    }
    return length;
  });
}

/** Entries from one to the next along each axis, row-major. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis];
  }
  return strides;
}

/** The strides by which a value of shape `dims` is read as one of shape `target`. */
export function broadcastStrides(dims: readonly number[], target: readonly number[]): number[] {
  const own = stridesOf(dims);
  const missing = target.length - dims.length;
  return target.map((length, axis) =>
    axis < missing || (dims[axis - missing] === 1 && length !== 1) ? 0 : own[axis - missing],
  );
}

/** What a row is made of: it begins at `target` and at each operand's start, which its step leads on from. */
export type VisitRow = (
  target: number,
  length: number,
  starts: readonly number[],
  steps: readonly number[],
) => void;

/**
 * Visits all entries of a shape in rows, the last axis of which is as long as can be: axes along which all operands go on evenly are
 * taken together.
 */
export function visitRows(
  dims: readonly number[],
  strides: readonly (readonly number[])[],
  visit: VisitRow,
  starts: readonly number[] = strides.map(() => 0),
): void {
  const lengths: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const length = dims[axis];
    if (length === 0) return;
    if (length === 1) continue;
    const last = lengths.length - 1;
    const even =
      last >= 0 && strides.every((own, index) => own[axis] === merged[index][last] * lengths[last]);
    if (even) lengths[last] *= length;
    else {
      lengths.push(length);
      for (let index = 0; index < strides.length; index++) merged[index].push(strides[index][axis]);
    }
  }
  const row = lengths[0] ?? 1;
  const steps = merged.map((own) => own[0] ?? 0);
  const places = [...starts];
  const counts = new Array<number>(lengths.length).fill(0);
  for (let target = 0; ; target += row) {
    visit(target, row, places, steps);
    let axis = 1;
    for (; axis < lengths.length; axis++) {
      for (let index = 0; index < places.length; index++) places[index] += merged[index][axis];
      counts[axis] += 1;
      if (counts[axis] < lengths[axis]) break;
      for (let index = 0; index < places.length; index++)
        places[index] -= merged[index][axis] * lengths[axis];
      counts[axis] = 0;
    }
    if (axis >= lengths.length) return;
  }
}

/** A row that is worth a call. */
const LONG_ROW = 64;

/** Copies entries of `source`, found by strides, to `target` in row-major order of `dims`. */
export function copyStrided(
  source: OnnxData,
  start: number,
  strides: readonly number[],
  dims: readonly number[],
  target: OnnxData,
): void {
  visitRows(
    dims,
    [strides],
    (place, length, [from], [step]) => {
      if (step === 0 && length > LONG_ROW) target.fill(source[from], place, place + length);
      else if (step === 1 && length > LONG_ROW) target.set(source.subarray(from, from + length), place);
      else for (let index = 0; index < length; index++) target[place + index] = source[from + index * step];
    },
    [start],
  );
}
