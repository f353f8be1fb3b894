import { type Device, type Tensor, tensor } from "unrolled";
import {
  averagePool,
  batchNorm,
  convolution,
  convolutionTranspose,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  pad,
} from "unrolled/tensor";
import { sizeOf } from "../src/tensor/tensor.ts";
import { randomNumbers } from "./gradients.ts";
import type { OperationCase } from "./operation-cases.ts";

/** Convolutions, pooling, padding and batch normalisation on leaves of a device. */
export function windowOperationCases(device: Device): readonly OperationCase[] {
  const leaf = (shape: readonly number[], seed: number, low = -1, high = 1) =>
    tensor(device, randomNumbers(sizeOf(shape), seed, low, high), shape, { requiresGrad: true });
  const constant = (shape: readonly number[], seed: number, low = -1, high = 1) =>
    tensor(device, randomNumbers(sizeOf(shape), seed, low, high), shape);
  const xs = leaf([2, 4, 7], 21);
  const image = leaf([2, 2, 5, 4], 22);
  const weight = leaf([3, 4, 3], 23);
  const grouped = leaf([6, 2, 2], 24);
  const square = leaf([3, 2, 3, 2], 25);
  const [bias, bias6] = [leaf([3], 26), leaf([6], 27)];
  const long = leaf([1, 1, 40], 28);
  const wide = leaf([18, 1, 16], 29);
  const [turned, turnedImage] = [leaf([4, 2, 3], 30), leaf([2, 3, 2, 3], 31)];
  const turnedGroups = leaf([4, 2, 2], 32);
  const column = leaf([2, 4, 1], 40);
  const rows = leaf([5, 4], 42);
  const bias2 = leaf([2], 33);
  const [scale, shift] = [leaf([4], 34, 0.5, 2), leaf([4], 35)];
  const mean = constant([4], 36);
  const variance = constant([4], 37, 0.5, 2);
  const conv = (x: Tensor, w: Tensor, b?: Tensor, options = {}) => convolution(x, w, b, options);
  return [
    ["convolution", { xs, weight, bias }, () => conv(xs, weight, bias)],
    [
      "convolution, stride 2, pads 1 and 3, no bias",
      { xs, weight },
      () => conv(xs, weight, undefined, { strides: [2], pads: [1, 3] }),
    ],
    ["convolution, dilation 3", { xs, weight, bias }, () => conv(xs, weight, bias, { dilations: [3] })],
    [
      "convolution in two groups",
      { xs, grouped, bias6 },
      () => conv(xs, grouped, bias6, { groups: 2, pads: [1, 0] }),
    ],
    ["convolution to one place", { xs, weight, bias }, () => conv(xs, weight, bias, { strides: [5] })],
    [
      "convolution of a frame, long kernel",
      { long, wide },
      () => conv(long, wide, undefined, { strides: [8] }),
    ],
    ["convolution by a constant", { xs }, () => conv(xs, constant([3, 4, 3], 38))],
    ["convolution of a constant", { weight, bias }, () => conv(constant([2, 4, 7], 39), weight, bias)],
    ["convolution of images", { image, square, bias }, () => conv(image, square, bias)],
    [
      "convolution of images, strides, pads and dilations of their own",
      { image, square, bias },
      () => conv(image, square, bias, { strides: [1, 2], pads: [2, 0, 1, 3], dilations: [1, 2] }),
    ],
    ["transposed convolution", { xs, turned, bias2 }, () => convolutionTranspose(xs, turned, bias2)],
    [
      "transposed convolution, stride 3, pads and output pad",
      { xs, turned },
      () => convolutionTranspose(xs, turned, undefined, { strides: [3], pads: [2, 1], outputPads: [2] }),
    ],
    [
      "transposed convolution in two groups, dilated",
      { xs, turnedGroups, scale },
      () => convolutionTranspose(xs, turnedGroups, scale, { groups: 2, dilations: [2] }),
    ],
    [
      "transposed convolution of one place",
      { column, turned, bias2 },
      () => convolutionTranspose(column, turned, bias2),
    ],
    [
      "transposed convolution of images",
      { image, turnedImage, bias },
      () => convolutionTranspose(image, turnedImage, bias, { strides: [2, 1], pads: [0, 1, 1, 0] }),
    ],
    ["maxPool", { xs }, () => maxPool(xs, [3], { strides: [2], pads: [1, 1] })],
    [
      "maxPool of images, dilated, rounded up",
      { image },
      () => maxPool(image, [2, 2], { strides: [2, 1], dilations: [2, 1], roundUp: true }),
    ],
    ["averagePool", { xs }, () => averagePool(xs, [3], { strides: [2], pads: [1, 0] })],
    [
      "averagePool without pads, rounded up",
      { image },
      () =>
        averagePool(image, [2, 3], { strides: [2, 2], pads: [1, 0, 0, 2], countPads: false, roundUp: true }),
    ],
    ["global pooling", { image }, () => globalMaxPool(globalAveragePool(image))],
    ["globalMaxPool", { xs }, () => globalMaxPool(xs)],
    ["pad", { image }, () => pad(image, [0, 1, 0, 2, 1, 0, 3, 0], "constant", 0.3)],
    ["pad by reflection", { image }, () => pad(image, [0, 0, 2, 1, 0, 1, 3, 3], "reflect")],
    ["pad by the edge", { image }, () => pad(image, [0, 0, 2, 0, 3, 0, 1, 5], "edge")],
    ["pad by less than nothing", { image }, () => pad(image, [0, 0, -2, 1, 0, -1, 1, -2])],
    ["batchNorm", { xs, scale, shift }, () => batchNorm(xs, scale, shift, undefined, 0.1).y],
    ["batchNorm of rows", { rows, scale, shift }, () => batchNorm(rows, scale, shift, undefined, 0.1).y],
    [
      "batchNorm by given moments",
      { xs, scale, shift },
      () => batchNorm(xs, scale, shift, { mean, variance }, 0.1).y,
    ],
    [
      "batchNorm of a constant",
      { scale, shift },
      () => batchNorm(constant([2, 4, 7], 41), scale, shift, undefined, 0.1).y,
    ],
    ["batchNorm by constants", { xs }, () => batchNorm(xs, variance, mean, undefined, 0.1).y],
  ];
}
