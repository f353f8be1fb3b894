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

/** A shape in rows, as few as can be: axes along which all operands go on evenly are one. */
export interface Rows {
  /** From the last axis on: how long a row is, how many follow each other, and so on. */
  readonly lengths: readonly number[];
  /** Of each operand, from entry to entry, from row to row, and so on. */
  readonly steps: readonly (readonly number[])[];
  readonly isEmpty: boolean;
}

/** The rows in which operands are read by strides. */
export function rowsOf(dims: readonly number[], strides: readonly (readonly number[])[]): Rows {
  const lengths: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const length = dims[axis];
    if (length === 0) return { lengths: [], steps, isEmpty: true };
    if (length === 1) continue;
    const last = lengths.length - 1;
    const even = last >= 0 && strides.every((own, index) => own[axis] === steps[index][last] * lengths[last]);
    if (even) lengths[last] *= length;
    else {
      lengths.push(length);
      for (let index = 0; index < strides.length; index++) steps[index].push(strides[index][axis]);
    }
  }
  if (lengths.length === 0) {
    lengths.push(1);
    for (const own of steps) own.push(0);
  }
  return { lengths, steps, isEmpty: false };
}

/** Visits all entries of a shape in rows. */
export function visitRows(
  dims: readonly number[],
  strides: readonly (readonly number[])[],
  visit: VisitRow,
  starts: readonly number[] = strides.map(() => 0),
): void {
  visitEach(rowsOf(dims, strides), visit, starts);
}

/** As `visitRows`, where the rows are known. */
export function visitEach(
  { lengths, steps, isEmpty }: Rows,
  visit: VisitRow,
  starts?: readonly number[],
): void {
  if (isEmpty) return;
  const places = steps.map((_, index) => starts?.[index] ?? 0);
  const counts = new Array<number>(lengths.length).fill(0);
  const [row] = lengths;
  const within = steps.map(([step]) => step);
  for (let target = 0; ; target += row) {
    visit(target, row, places, within);
    let axis = 1;
    for (; axis < lengths.length; axis++) {
      for (let index = 0; index < places.length; index++) places[index] += steps[index][axis];
      counts[axis] += 1;
      if (counts[axis] < lengths[axis]) break;
      for (let index = 0; index < places.length; index++) places[index] -= steps[index][axis] * lengths[axis];
      counts[axis] = 0;
    }
    if (axis >= lengths.length) return;
  }
}

/** What a block of rows is made of: m rows of n entries, each operand's steps from entry to entry and from row to row. */
type VisitBlock = (
  target: number,
  size: readonly [m: number, n: number],
  starts: readonly number[],
  steps: readonly (readonly [within: number, between: number])[],
) => void;

/** As `visitEach`, for so many rows at once as lie evenly. */
export function visitBlocks({ lengths, steps, isEmpty }: Rows, visit: VisitBlock): void {
  if (isEmpty) return;
  const [n, m = 1, ...outer] = lengths;
  const within = steps.map(([step, further = 0]) => [step, further] as const);
  const blocks = outer.length === 0 ? [1] : outer;
  const between = steps.map((own) => (outer.length === 0 ? [0] : own.slice(2)));
  visitEach({ lengths: blocks, steps: between, isEmpty }, (target, length, starts, further) => {
    for (let index = 0; index < length; index++) {
      const from = starts.map((start, operand) => start + index * further[operand]);
      visit((target + index) * m * n, [m, n], from, within);
    }
  });
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
  copyRows(source, start, rowsOf(dims, [strides]), target);
}

/** As `copyStrided`, where the rows are known. */
export function copyRows(
  source: OnnxData,
  start: number,
  { lengths, steps, isEmpty }: Rows,
  target: OnnxData,
): void {
  if (isEmpty) return;
  const [own] = steps;
  if (lengths.length > 2) {
    // An axis further out: as many copies of what lies within.
    const last = lengths.length - 1;
    const within = { lengths: lengths.slice(0, last), steps: [own.slice(0, last)], isEmpty };
    const size = within.lengths.reduce((product, length) => product * length, 1);
    for (let at = 0; at < lengths[last]; at++) {
      const part = target.subarray(at * size, (at + 1) * size);
      copyRows(source, start + at * own[last], within, part);
    }
    return;
  }
  const [row, rows = 1] = lengths;
  const [step, further = 0] = own;
  for (let at = 0, from = start, to = 0; at < rows; at++, from += further, to += row) {
    if (step === 0 && row > LONG_ROW) target.fill(source[from], to, to + row);
    else if (step === 1 && row > LONG_ROW) target.set(source.subarray(from, from + row), to);
    else copyRow(source, from, step, target, to, row);
  }
}

function copyRow(
  source: OnnxData,
  from: number,
  step: number,
  target: OnnxData,
  to: number,
  row: number,
): void {
  for (let index = 0; index < row; index++) target[to + index] = source[from + index * step];
}

/** What follows from the shapes of a node's inputs, worked out again where these are not those of its last run. */
export function byShapes<Inputs extends readonly (Shaped | undefined)[], Found>(
  find: (...inputs: Inputs) => Found,
): (...inputs: Inputs) => Found {
  let shapes: (readonly number[] | undefined)[] | undefined;
  let found: Found;
  return (...inputs) => {
    if (!shapes || !areSame(shapes, inputs)) {
      shapes = undefined;
      found = find(...inputs);
      shapes = inputs.map((input) => input && [...input.dims]);
    }
    return found;
  };
}

/** What has a shape. */
interface Shaped {
  readonly dims: readonly number[];
}

function areSame(
  shapes: readonly (readonly number[] | undefined)[],
  inputs: readonly (Shaped | undefined)[],
): boolean {
  for (let index = 0; index < inputs.length; index++) {
    const [known, dims] = [shapes[index], inputs[index]?.dims];
    if (known?.length !== dims?.length) return false;
    if (!known || !dims) continue;
    for (let axis = 0; axis < known.length; axis++) if (known[axis] !== dims[axis]) return false;
  }
  return shapes.length === inputs.length;
}
