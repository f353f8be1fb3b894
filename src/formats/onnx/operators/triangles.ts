// Trilu, EyeLike, Det: matrices and their diagonals. OneHot: a row of one entry that is on.
import { nameOfNumber, TYPES, typeOfNumber } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, scalarOf, spanOf } from "../value.ts";

/** What is above (upper 1) or below the k-th diagonal, which is kept too; the rest becomes 0. */
function prepareTrilu({ attributes, machine }: NodeContext): Action {
  const upper = attributes.flag("upper", 1);
  return ([x, diagonal]) => {
    const [rows, columns] = lastTwo(x!);
    const k = diagonal ? scalarOf(diagonal, "k") : 0;
    const y = machine.make(x!.type, x!.dims);
    for (let index = 0; index < y.data.length; index++) {
      const column = index % columns;
      const row = Math.floor(index / columns) % rows;
      if (upper ? column - row >= k : column - row <= k) y.data[index] = x!.data[index];
    }
    return y;
  };
}

function lastTwo({ dims, type }: OnnxValue): readonly [number, number] {
  if (dims.length < 2) throw problem(`${describeValue({ type, dims })}, needed matrices`);
  return [dims[dims.length - 2], dims[dims.length - 1]];
}

/** 1 on the k-th diagonal of a matrix of x's shape. */
function prepareEyeLike({ attributes, machine }: NodeContext): Action {
  const k = attributes.int("k", 0);
  const number = attributes.has("dtype") ? attributes.int("dtype", 0) : undefined;
  const type = number === undefined ? undefined : typeOfNumber(number);
  if (number !== undefined && !type) {
    throw problem(`attribute dtype is ${nameOfNumber(number)}, which is not supported`);
  }
  return ([x]) => {
    if (x!.dims.length !== 2) throw problem(`x is ${describeValue(x!)}, needed a matrix`);
    const [rows, columns] = x!.dims;
    const y = machine.make(type ?? x!.type, x!.dims);
    for (let row = Math.max(0, -k); row < rows && row + k < columns; row++)
      y.data[row * columns + row + k] = 1;
    return y;
  };
}

/** Determinants by Gauss' elimination with the largest pivot, in float64. */
function prepareDet({ machine }: NodeContext): Action {
  return ([x]) => {
    const [n, columns] = lastTwo(x!);
    if (n !== columns || TYPES[x!.type].kind !== "float") {
      throw problem(`x is ${describeValue(x!)}, needed square matrices of floating-point numbers`);
    }
    const y = machine.make(x!.type, x!.dims.slice(0, -2));
    machine.budget.multiplyPlainly(y.data.length * n * n * n);
    machine.budget.take(n * n * 8, () => "a matrix to eliminate in");
    const matrix = new Float64Array(n * n);
    for (let index = 0; index < y.data.length; index++) {
      for (let entry = 0; entry < n * n; entry++) matrix[entry] = x!.data[index * n * n + entry];
      y.data[index] = determinant(matrix, n);
    }
    machine.budget.giveBack(n * n * 8);
    return y;
  };
}

/** Overwrites the matrix. */
function determinant(a: Float64Array, n: number): number {
  let product = 1;
  for (let step = 0; step < n; step++) {
    let pivot = step;
    for (let row = step + 1; row < n; row++) {
      if (Math.abs(a[row * n + step]) > Math.abs(a[pivot * n + step])) pivot = row;
    }
    if (a[pivot * n + step] === 0) return 0;
    if (pivot !== step) {
      product = -product;
      for (let column = step; column < n; column++) {
        const entry = a[step * n + column];
        a[step * n + column] = a[pivot * n + column];
        a[pivot * n + column] = entry;
      }
    }
    product *= a[step * n + step];
    for (let row = step + 1; row < n; row++) {
      const factor = a[row * n + step] / a[step * n + step];
      for (let column = step; column < n; column++) a[row * n + column] -= factor * a[step * n + column];
    }
  }
  return product;
}

/** For each index a new axis of `depth` entries, `on` where it points to (from the end if negative) and `off` elsewhere. */
function prepareOneHot({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", -1);
  return ([indices, depthValue, values]) => {
    const depth = Math.trunc(scalarOf(depthValue!, "depth"));
    if (values!.data.length !== 2) throw problem(`values are ${describeValue(values!)}, needed two numbers`);
    const at = axisOf(axis, indices!.dims.length + 1);
    const { dims } = indices!;
    const y = machine.make(values!.type, [...dims.slice(0, at), depth, ...dims.slice(at)]);
    if (y.data.length === 0) return y;
    y.data.fill(values!.data[0]);
    const width = spanOf(dims, at, dims.length);
    machine.budget.entries(indices!.data.length);
    for (let entry = 0; entry < indices!.data.length; entry++) {
      const index = Math.trunc(indices!.data[entry]);
      const place = index < 0 ? index + depth : index;
      if (!(place >= 0 && place < depth)) continue;
      y.data[(Math.floor(entry / width) * depth + place) * width + (entry % width)] = values!.data[1];
    }
    return y;
  };
}

export const triangleOperators: Readonly<Record<string, Operator>> = {
  Trilu: { inputs: [1, 2], prepare: prepareTrilu },
  EyeLike: { inputs: [1, 1], prepare: prepareEyeLike },
  Det: { inputs: [1, 1], prepare: prepareDet },
  OneHot: { inputs: [3, 3], prepare: prepareOneHot },
};
