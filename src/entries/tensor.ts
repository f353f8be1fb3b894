// `unrolled/tensor`: tensors and the operations on them, with their gradients.

export type { HeapUse } from "../heap/heap.ts";
export type { BackendChoice, BackendName } from "../kernels/backend.ts";
export { Device, type DeviceOptions, openDevice } from "../tensor/device.ts";
export type { NestedNumbers } from "../tensor/nested-numbers.ts";
export type { OnDevice } from "../tensor/on-device.ts";
export {
  add,
  clamp,
  divide,
  maximum,
  minimum,
  multiply,
  pow,
  scaled,
  subtract,
} from "../tensor/operations/arithmetic.ts";
export type { AxisOptions } from "../tensor/operations/axes.ts";
export { batchNorm } from "../tensor/operations/batch-norm.ts";
export type { Operand } from "../tensor/operations/binary.ts";
export { chooseRows } from "../tensor/operations/choose-rows.ts";
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  not,
  notEqual,
  where,
} from "../tensor/operations/comparisons.ts";
export { type ConvolutionOptions, convolution } from "../tensor/operations/convolution.ts";
export {
  type ConvolutionTransposeOptions,
  convolutionTranspose,
} from "../tensor/operations/convolution-transpose.ts";
export {
  abs,
  exp,
  log,
  negate,
  reciprocal,
  relu,
  sigmoid,
  sqrt,
  square,
  tanh,
} from "../tensor/operations/functions.ts";
export { type PadMode, pad } from "../tensor/operations/pad.ts";
export {
  type AveragePoolingOptions,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type PoolingOptions,
} from "../tensor/operations/pooling.ts";
export { linear, matmul } from "../tensor/operations/products.ts";
export { argmax, logSumExp, max, mean, min, norm, sum, sumLast } from "../tensor/operations/reductions.ts";
export { gatherRows, logSoftmax, softmax } from "../tensor/operations/rows.ts";
export {
  columns,
  concat,
  narrow,
  reshape,
  select,
  stack,
  swapAxes,
  swapLastAxes,
} from "../tensor/operations/shapes.ts";
export { type SliceRange, slice } from "../tensor/operations/slice.ts";
export { transpose } from "../tensor/operations/transpose.ts";
export type { WindowOptions } from "../tensor/operations/window.ts";
export type { NarrowPrecision } from "../tensor/storage.ts";
export { ints, Tensor, tensor, zeros } from "../tensor/tensor.ts";
