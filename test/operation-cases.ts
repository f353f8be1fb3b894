import { type Device, ints, type Tensor, tensor } from "unrolled";
import {
  abs,
  add,
  chooseRows,
  clamp,
  columns,
  concat,
  divide,
  exp,
  gatherRows,
  greater,
  linear,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  multiply,
  narrow,
  norm,
  pow,
  relu,
  reshape,
  scaled,
  select,
  sigmoid,
  slice,
  softmax,
  stack,
  subtract,
  sum,
  sumLast,
  swapAxes,
  swapLastAxes,
  tanh,
  transpose,
  where,
} from "unrolled/tensor";
import { dropoutWith } from "../src/tensor/operations/dropout.ts";
import { weightNoise } from "../src/tensor/operations/noise.ts";
import { matmulTransposed } from "../src/tensor/operations/products.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { randomNumbers } from "./gradients.ts";
import { windowOperationCases } from "./window-operation-cases.ts";

/** A name, the leaves it depends on, and what is computed from them. */
export type OperationCase = readonly [string, Readonly<Record<string, Tensor>>, () => Tensor];

/** Operations on leaves of a device, with the same numbers on each. */
export function operationCases(device: Device): readonly OperationCase[] {
  const leaf = (shape: readonly number[], seed: number, low = -1, high = 1) =>
    tensor(device, randomNumbers(sizeOf(shape), seed, low, high), shape, { requiresGrad: true });
  const x = leaf([2, 3, 5], 6);
  const y = leaf([2, 3, 5], 7);
  const weight = leaf([4, 5], 8);
  const bias = leaf([4], 9);
  const matrix = leaf([5, 4], 10);
  const matrices = leaf([2, 5, 4], 11);
  const table = leaf([6, 3], 12);
  const others = leaf([6, 3], 16);
  const ids = ints(device, [0, 5, 2, 2, 5, 5, 3, 0], [2, 4]);
  const positive = leaf([3, 1, 5], 13, 0.5, 2);
  // Beside the sizes of vectors and tiles, and beyond one of each.
  const [wide, tall] = [leaf([7, 19], 14), leaf([18, 19], 15)];
  return [
    ["scaled", { x }, () => scaled(x, -1.7)],
    ["sum", { x }, () => sum(x)],
    ["mean", { x }, () => mean(x)],
    ["sumLast of three axes", { x }, () => sumLast(x)],
    ["sumLast of one axis", { bias }, () => sumLast(bias)],
    ["softmax", { x }, () => softmax(scaled(x, 3))],
    ["logSoftmax", { x }, () => logSoftmax(scaled(x, 3))],
    ["reshape", { x }, () => reshape(x, [5, -1])],
    ["narrow", { x }, () => narrow(x, 1, 2)],
    ["narrow twice", { table }, () => narrow(narrow(table, 1, 5), -2, 4)],
    ["select", { x }, () => select(x, -1)],
    ["stack", { x, y }, () => stack([x, y, x])],
    ["concat of the last axis", { x, y }, () => concat([x, columns(y, 1, 3), x])],
    ["concat of the first axis", { x, y }, () => concat([x, narrow(y, 0, 1)], 0)],
    ["concat of a middle axis", { x, y }, () => concat([x, y], 1)],
    ["columns", { x }, () => columns(x, 1, 4)],
    ["swapAxes", { x }, () => swapAxes(x)],
    ["swapLastAxes", { x }, () => swapLastAxes(x)],
    ["swapAxes of a matrix", { weight }, () => swapAxes(weight)],
    ["linear", { x, weight, bias }, () => linear(x, weight, bias)],
    ["linear without bias", { x, weight }, () => linear(x, weight)],
    ["linear by a computed weight", { x, weight }, () => linear(x, scaled(narrow(weight, 1, 4), 2))],
    ["linear of one row", { weight, bias }, () => linear(select(weight, 1), weight, bias)],
    ["matmul", { x, matrix }, () => matmul(x, matrix)],
    ["matmul, one for each", { x, matrices }, () => matmul(x, matrices)],
    ["matmul with the transpose of each", { x, y }, () => matmulTransposed(x, y)],
    ["matmul of a matrix and its transpose", { weight }, () => matmul(weight, swapAxes(weight))],
    ["gatherRows, some ids twice", { table }, () => gatherRows(table, ids)],
    ["dropout", { x }, () => dropoutWith(x, 0.4, { seed: 1, draw: 2, place: 3 })],
    [
      "dropout, one mask for all steps",
      { x },
      () => dropoutWith(x, 0.4, { seed: 1, draw: 2, place: 3 }, { locked: true }),
    ],
    ["dropout of one step", { weight }, () => dropoutWith(weight, 0.4, { seed: 1, draw: 2, place: 3 })],
    [
      "chooseRows",
      { table, others },
      () => chooseRows([true, true, false, true, false, false], table, others),
    ],
    [
      "chooseRows of nothing that was computed",
      { table, others },
      () => chooseRows(new Array(6).fill(false), exp(table), others),
    ],
    ["chooseRows or zeros", { table }, () => chooseRows([false, true, false, true, true, false], table)],
    ["noise on a weight", { weight }, () => weightNoise(weight, 0.3, { seed: 1, draw: 2, place: 3 })],
    ["a product and its gradients, beyond one tile", { wide, tall }, () => linear(wide, tall)],
    ["a matrix product beyond one tile", { wide, tall }, () => matmul(wide, swapAxes(tall))],
    ["add over axes in turn", { x, positive }, () => add(reshape(x, [2, 1, 3, 5]), positive)],
    ["subtract over axes in turn", { x, positive }, () => subtract(positive, reshape(x, [2, 1, 3, 5]))],
    ["multiply over axes in turn", { x, positive }, () => multiply(reshape(x, [2, 1, 3, 5]), positive)],
    ["divide over axes in turn", { x, positive }, () => divide(reshape(x, [2, 1, 3, 5]), positive)],
    [
      "functions one after the other",
      { x, positive },
      () => multiply(sigmoid(exp(tanh(x))), add(log(narrow(positive, 0, 1)), relu(x))),
    ],
    ["sum along axes", { x }, () => sum(x, { axis: [0, 2] })],
    ["mean along an axis", { x }, () => mean(x, { axis: 1, keepDims: true })],
    ["max and min", { x, y }, () => add(max(x, { axis: 0 }), min(y, { axis: 0 }))],
    ["logSumExp", { x }, () => logSumExp(scaled(x, 3), { axis: [1, 2] })],
    ["norm", { x }, () => norm(x, { axis: 1 })],
    ["norm of another order", { x }, () => norm(x, { axis: 2, order: 3 })],
    ["softmax of a middle axis", { x }, () => softmax(x, { axis: 1 })],
    ["slice", { x }, () => slice(x, [null, { step: -2 }, { start: 1 }])],
    ["slice of one entry", { x }, () => slice(x, [1, null, -1])],
    ["transpose", { x }, () => transpose(x, [2, 0, 1])],
    ["where", { x, y }, () => where(greater(x, y), multiply(x, 2), subtract(1, y))],
    [
      "the larger and the smaller",
      { x, bias: others },
      () => maximum(minimum(x, 0.3), slice(others, [0, 0])),
    ],
    ["clamp and abs", { x }, () => abs(clamp(x, { low: -0.5, high: 0.7 }))],
    ["powers of numbers", { positive }, () => add(pow(positive, 2.7), pow(0.6, positive))],
    ["powers over axes in turn", { x, positive }, () => pow(positive, reshape(x, [2, 1, 3, 5]))],
    ...windowOperationCases(device),
  ];
}
