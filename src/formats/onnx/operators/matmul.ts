// MatMul: matrix products, NumPy's rules for leading axes and vectors. Gemm: alpha·A·B + beta·C, A and B transposed or not.
import { type OnnxType, TYPES } from "../data-types.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import type { Recording } from "../recording.ts";
import { describeValue, type OnnxValue, problem, spanOf, viewed } from "../value.ts";
import { broadcastDims, broadcastStrides, visitRows } from "./broadcast.ts";
import { copyIn, copyOut, type Matrix, PackedMatrix, withPacked } from "./product.ts";

/** Types that the engine computes with. The rest is computed in float64, which holds whole numbers exactly. */
export function runsOnEngine(type: OnnxType): boolean {
  return type === "float32" || type === "float16" || type === "bfloat16";
}

/** The last two axes as a matrix. */
function matrixOf({ data, dims }: OnnxValue, start = 0): Matrix {
  const [k, n] = dims.slice(-2);
  return { data, start, row: n, column: 1, k, n };
}

function prepareMatMul(node: NodeContext): Action {
  const { machine } = node;
  const constant = node.constant(1);
  const packed =
    constant && constant.dims.length === 2 && runsOnEngine(constant.type)
      ? new PackedMatrix(machine, matrixOf(constant))
      : undefined;
  if (packed) node.release(1);
  return ([first, second]) => {
    requireNumbers(first!, second!);
    const a = first!.dims.length === 1 ? viewed(first!, [1, ...first!.dims]) : first!;
    const b = second!.dims.length === 1 ? viewed(second!, [...second!.dims, 1]) : second!;
    const [m, k] = a.dims.slice(-2);
    const [rows, n] = b.dims.slice(-2);
    if (k !== rows)
      throw problem(`${describeValue(first!)} · ${describeValue(second!)}: the inner lengths are not equal`);
    const lead = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
    const y = machine.make(a.type, [...lead, m, n]);
    const bMatrices = spanOf(b.dims, 0, b.dims.length - 2);
    if (y.data.length === 0) return viewed(y, vectorless(y.dims, first!, second!));
    if (bMatrices === 1) product(machine, a, 0, b, 0, y, 0, y.data.length / n, packed);
    else {
      const strides = [a, b].map(({ dims }) => broadcastStrides(dims.slice(0, -2), lead));
      visitRows(lead, strides, (target, length, [from, other], [step, otherStep]) => {
        for (let index = 0; index < length; index++) {
          const aStart = (from + index * step) * m * k;
          const bStart = (other + index * otherStep) * k * n;
          product(machine, a, aStart, b, bStart, y, (target + index) * m * n, m, undefined);
        }
      });
    }
    return viewed(y, vectorless(y.dims, first!, second!));
  };
}

/** The product's shape without the axes of length 1 that vectors were given. */
function vectorless(dims: readonly number[], a: OnnxValue, b: OnnxValue): readonly number[] {
  const lead = dims.slice(0, -2);
  const [m, n] = dims.slice(-2);
  return [...lead, ...(a.dims.length === 1 ? [] : [m]), ...(b.dims.length === 1 ? [] : [n])];
}

function requireNumbers(a: OnnxValue, b: OnnxValue): void {
  if (a.type !== b.type || TYPES[a.type].kind === "bool" || a.dims.length === 0 || b.dims.length === 0) {
    throw problem(`${describeValue(a)} · ${describeValue(b)}, needed two matrices of numbers of one type`);
  }
}

/** C [m, N] at `to` ← A [m, K] · B [K, N], parts of values that lie one after the other. */
function product(
  machine: Machine,
  a: OnnxValue,
  aStart: number,
  b: OnnxValue,
  bStart: number,
  y: OnnxValue,
  to: number,
  m: number,
  packed: PackedMatrix | undefined,
): void {
  const { device } = machine;
  const matrix = matrixOf(b, bStart);
  const { k, n } = matrix;
  if (m === 0 || n === 0 || k === 0) return;
  if (!runsOnEngine(a.type)) {
    machine.budget.multiplyPlainly(m * n * k);
    plainProduct(a, aStart, matrix, y, to, m);
    return;
  }
  machine.budget.multiply(1, m * n * k);
  const isDone = machine.onPlaces(packed ? [a, y] : [a, b, y], (recording) => {
    const panels = packed?.offset ?? packedOnPlaces(recording, b, matrix);
    recording.kernels.gemm({ a: a.place! + aStart, packed: panels, c: y.place! + to, m, n, k });
  });
  if (isDone) return;
  const multiply = (panels: number) =>
    machine.temporary(m * (k + n), (place) => {
      copyIn(device, a.data, aStart, m * k, place);
      device.kernels.gemm({ a: place, packed: panels, c: place + m * k, m, n, k });
      copyOut(device, place + m * k, y.data, to, m * n);
    });
  if (packed) multiply(packed.offset);
  else withPacked(machine, matrix, multiply);
}

function packedOnPlaces(
  recording: Recording,
  { place }: OnnxValue,
  { start, row, column, k, n }: Matrix,
): number {
  const { kernels } = recording;
  const packed = recording.temporary(kernels.packedSize(k, n));
  kernels.pack({ b: place! + start, bRow: row, bCol: column, packed, k, n });
  return packed;
}

function plainProduct(a: OnnxValue, aStart: number, b: Matrix, y: OnnxValue, to: number, m: number): void {
  const { k, n, data, start } = b;
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let index = 0; index < k; index++) {
        sum += a.data[aStart + row * k + index] * data[start + index * b.row + column * b.column];
      }
      y.data[to + row * n + column] = sum;
    }
  }
}

function prepareGemm(node: NodeContext): Action {
  const { attributes, machine } = node;
  const { device } = machine;
  const alpha = attributes.float("alpha", 1);
  const beta = attributes.float("beta", 1);
  const transA = attributes.flag("transA");
  const transB = attributes.flag("transB");
  // Before version 7 it says that C is broadcast, which it is anyway.
  if (node.opset < 7) attributes.ignore("broadcast");
  const matrixB = ({ data, dims: [rows, columns] }: OnnxValue): Matrix =>
    transB
      ? { data, start: 0, row: 1, column: columns, k: columns, n: rows }
      : { data, start: 0, row: columns, column: 1, k: rows, n: columns };
  const constant = node.constant(1);
  const packed =
    constant?.dims.length === 2 && runsOnEngine(constant.type)
      ? new PackedMatrix(machine, matrixB(constant))
      : undefined;
  if (packed) node.release(1);
  return ([a, b, c]) => {
    if (
      a!.dims.length !== 2 ||
      b!.dims.length !== 2 ||
      a!.type !== b!.type ||
      TYPES[a!.type].kind !== "float"
    ) {
      throw problem(
        `${describeValue(a!)} · ${describeValue(b!)}, needed two matrices of floating-point numbers`,
      );
    }
    const [m, k, aRow, aColumn] = transA
      ? [a!.dims[1], a!.dims[0], 1, a!.dims[1]]
      : [a!.dims[0], a!.dims[1], a!.dims[1], 1];
    const matrix = matrixB(b!);
    const { n } = matrix;
    if (matrix.k !== k)
      throw problem(`${describeValue(a!)} · ${describeValue(b!)}: the inner lengths are not equal`);
    const y = machine.make(a!.type, [m, n]);
    if (y.data.length > 0 && k > 0) {
      if (runsOnEngine(a!.type)) {
        machine.budget.multiply(1, m * n * k);
        const multiply = (panels: number) =>
          machine.temporary(m * (k + n), (place) => {
            copyIn(device, a!.data, 0, m * k, place);
            device.kernels.gemm({ a: place, aRow, aCol: aColumn, packed: panels, c: place + m * k, m, n, k });
            copyOut(device, place + m * k, y.data, 0, m * n);
          });
        if (packed) multiply(packed.offset);
        else withPacked(machine, matrix, multiply);
      } else {
        machine.budget.multiplyPlainly(m * n * k);
        plainProduct(transA ? transposed(machine, a!) : a!, 0, matrix, y, 0, m);
      }
    }
    if (alpha !== 1) for (let index = 0; index < y.data.length; index++) y.data[index] *= alpha;
    if (c) addBroadcast(y, c, beta);
    return y;
  };
}

function transposed(machine: Machine, { type, dims: [rows, columns], data }: OnnxValue): OnnxValue {
  const y = machine.make(type, [columns, rows]);
  for (let index = 0; index < data.length; index++) {
    y.data[(index % columns) * rows + Math.floor(index / columns)] = data[index];
  }
  return y;
}

function addBroadcast(y: OnnxValue, c: OnnxValue, beta: number): void {
  if (broadcastDims(c.dims, y.dims).some((length, axis) => length !== y.dims[axis]) || c.dims.length > 2) {
    throw problem(`C is ${describeValue(c)}, which does not fit ${describeValue(y)}`);
  }
  visitRows(y.dims, [broadcastStrides(c.dims, y.dims)], (target, length, [from], [step]) => {
    for (let index = 0; index < length; index++) y.data[target + index] += beta * c.data[from + index * step];
  });
}

export const matmulOperators: Readonly<Record<string, Operator>> = {
  MatMul: { inputs: [2, 2], folds: false, prepare: prepareMatMul },
  Gemm: { inputs: [2, 3], folds: false, prepare: prepareGemm },
};
