// `unrolled/tensor`: tensors and the operations on them, with their gradients.

export type { HeapUse } from "../heap/heap.ts";
export type { BackendChoice, BackendName } from "../kernels/backend.ts";
export { Device, type DeviceOptions, openDevice } from "../tensor/device.ts";
export type { NestedNumbers } from "../tensor/nested-numbers.ts";
export { add, divide, multiply, scaled, subtract } from "../tensor/operations/arithmetic.ts";
export { batchNorm } from "../tensor/operations/batch-norm.ts";
export { chooseRows } from "../tensor/operations/choose-rows.ts";
export { type ConvolutionOptions, convolution } from "../tensor/operations/convolution.ts";
export {
  type ConvolutionTransposeOptions,
  convolutionTranspose,
} from "../tensor/operations/convolution-transpose.ts";
export {
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
export { argmax, mean, sum, sumLast } from "../tensor/operations/reductions.ts";
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
export type { WindowOptions } from "../tensor/operations/window.ts";
export type { NarrowPrecision } from "../tensor/storage.ts";
export { ints, Tensor, tensor, zeros } from "../tensor/tensor.ts";
