import { UnrolledError } from "../../errors.ts";
import { shapeText } from "../../tensor/tensor.ts";
import { type OnnxData, type OnnxType, TYPES } from "./data-types.ts";

/** A value of a graph: entries in row-major order. No axis is a single number; an axis of length 0 is allowed. */
export interface OnnxValue {
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data: OnnxData;
  /** @internal Where `data` looks at the heap: its first element there. Such a value is lent: the next run changes it. */
  readonly place?: number | undefined;
}

/** float32 [2, 3], as people write it. */
export function describeValue(value: { readonly type: OnnxType; readonly dims: readonly number[] }): string {
  return `${value.type} ${shapeText(value.dims)}`;
}

/** More axes than any operator needs, and few enough to loop over. */
const MOST_AXES = 32;
/** Numbers of a list that says something of axes or parts. */
const LONGEST_LIST = 4096;

export function requireAxes(dims: readonly number[]): void {
  if (dims.length > MOST_AXES) {
    throw problem(`a value of ${dims.length} axes, at most ${MOST_AXES} are supported`);
  }
}

/** The same entries in another shape. */
export function viewed(value: OnnxValue, dims: readonly number[]): OnnxValue {
  requireAxes(dims);
  return { type: value.type, dims, data: value.data, place: value.place };
}

/** The same with entries of its own. */
export function copied({ type, dims, data }: OnnxValue): OnnxValue {
  return { type, dims, data: data.slice() };
}

/** A value that no later run changes. */
export function owned(value: OnnxValue): OnnxValue {
  return value.place === undefined ? value : copied(value);
}

/** An error of an operator; the executor says in front of it which node it was. */
export function problem(message: string): UnrolledError {
  return new UnrolledError("shape-mismatch", message);
}

/** Refuses values that are not all of floating-point numbers. */
export function requireFloats(...values: readonly (OnnxValue | undefined)[]): void {
  for (const value of values) {
    if (value && TYPES[value.type].kind !== "float") {
      throw problem(`${describeValue(value)}, needed floating-point numbers`);
    }
  }
}

/** The one number of a value with one entry. */
export function scalarOf(value: OnnxValue, what: string): number {
  if (value.data.length !== 1) throw problem(`${what} is ${describeValue(value)}, needed one number`);
  return value.data[0];
}

/** The numbers of a list: a value with at most one axis. */
export function listOf(value: OnnxValue, what: string): number[] {
  if (value.dims.length > 1) throw problem(`${what} is ${describeValue(value)}, needed one axis`);
  const { data } = value;
  if (data.length > LONGEST_LIST)
    throw problem(`${what} is ${describeValue(value)}, needed at most ${LONGEST_LIST} numbers`);
  const list = new Array<number>(data.length);
  for (let index = 0; index < list.length; index++) list[index] = data[index];
  return list;
}

/** An axis counted from the end where it is negative, checked. */
export function axisOf(axis: number, rank: number, what = "axis"): number {
  if (!(Number.isInteger(axis) && axis >= -rank && axis < rank)) {
    throw problem(`${what} is ${axis}, needed one from ${-rank} to ${rank - 1}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** The product of some of the axes' lengths. */
export function spanOf(dims: readonly number[], from: number, to: number): number {
  let size = 1;
  for (let axis = from; axis < to; axis++) size *= dims[axis];
  return size;
}
