// What convolution, pooling and batch normalisation layers promise beyond PyTorch's fixtures.
import { tensor } from "unrolled";
import {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  GlobalPool,
  MaxPool1d,
} from "unrolled/nn";
import { averagePool, batchNorm, convolution, convolutionTranspose, maxPool, pad } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { samePads } from "../src/tensor/operations/window.ts";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const device = reference;

test("an output of a causal convolution does not see what comes later", () => {
  const layer = new Conv1d(device, {
    inputSize: 2,
    outputSize: 3,
    kernelSize: 3,
    dilation: 2,
    padding: "causal",
  });
  const x = leaf([1, 2, 9], 1);
  const before = numbersOf(layer.forward(x));
  const later = tensor(device, numbersOf(x), [1, 2, 9]);
  // Both channels change from step 5 on.
  later.assign(numbersOf(x).map((entry, place) => (place % 9 >= 5 ? entry + 1 : entry)));
  const after = numbersOf(layer.forward(later));
  expect(after.length).toBe(27);
  const changed = after.map((entry, place) => (entry === before[place] ? -1 : place % 9));
  expect(new Set(changed)).toEqual(new Set([-1, 5, 6, 7, 8]));
});

test("same padding gives as many places as the stride asks for", () => {
  const x = leaf([1, 1, 10], 1);
  const places = [1, 2, 3, 4].map((stride) => {
    const layer = new Conv1d(device, { inputSize: 1, outputSize: 1, kernelSize: 4, stride, padding: "same" });
    return layer.forward(x).shape[2];
  });
  expect(places).toEqual([10, 5, 4, 3]);
  expect(samePads([10], [4], [1], [1])).toEqual([1, 2]);
  expect(samePads([10], [4], [1], [1], "start")).toEqual([2, 1]);
  expect(samePads([5, 6], [1, 3], [2, 2], [1, 1])).toEqual([0, 0, 0, 1]);
});

test.each(["zero", "reflect", "edge"] as const)("Conv1d, padding mode %s", (paddingMode) => {
  const layer = new Conv1d(device, { inputSize: 2, outputSize: 3, kernelSize: 3, padding: 2, paddingMode });
  const x = leaf([2, 2, 5], 1);
  const inputs = new Map([...layer.namedParameters(), ["x", x]]);
  expect(gradientErrors(inputs, () => weighted(layer.forward(x)))).toBe("");
  expect([...layer.namedParameters().keys()]).toEqual(["weight", "bias"]);
});

describe("batch normalisation", () => {
  test("gradients while training and when evaluating", () => {
    const layer = new BatchNorm2d(device, 3, { epsilon: 0.1 });
    layer.weight.assign(numbersOf(leaf([3], 7, 0.5, 2)));
    const x = leaf([3, 3, 2, 2], 1);
    const inputs = new Map([...layer.namedParameters(), ["x", x]]);
    expect(gradientErrors(inputs, () => weighted(layer.forward(x)))).toBe("");
    layer.eval();
    expect(gradientErrors(inputs, () => weighted(layer.forward(x)))).toBe("");
  });

  test("gathered moments are saved and loaded, are not trained, and stay when evaluating", async () => {
    const layer = new BatchNorm1d(device, 2);
    const x = leaf([8, 2], 1, 3, 5);
    for (let step = 0; step < 5; step++) layer.forward(x);
    expect(layer.parameters().map(({ size }) => size)).toEqual([2, 2]);
    const state = await layer.stateDict();
    expect(Object.keys(state)).toEqual([
      ...["weight", "bias", "running_mean", "running_var", "num_batches_tracked"],
    ]);
    expect(state.num_batches_tracked).toEqual({ shape: [], data: Float32Array.of(5) });
    const other = new BatchNorm1d(device, 2);
    other.loadStateDict(state);
    const expected = numbersOf(layer.eval().forward(x));
    numbersOf(other.eval().forward(x)).forEach((entry, place) => {
      expect(entry).toBeCloseTo(expected[place], 5);
    });
    expect(await layer.stateDict()).toEqual(state);
    const { running_var: _, ...missing } = state;
    expect(() => other.loadStateDict(missing)).toThrow("tensor running_var [2] is missing");
  });
});

test("global pooling keeps axes of length 1", () => {
  const x = tensor(device, [1, 2, 3, 6, -1, -2, -3, -6], [1, 2, 2, 2]);
  const average = new GlobalPool().forward(x);
  expect([average.shape, numbersOf(average)]).toEqual([
    [1, 2, 1, 1],
    [3, -3],
  ]);
  expect(numbersOf(new GlobalPool("max").forward(x))).toEqual([6, -1]);
});

test("padding stands where it should", () => {
  const x = tensor(device, [1, 2, 3, 4], [1, 4]);
  expect(numbersOf(pad(x, [0, 2, 0, 1], "constant", 9))).toEqual([9, 9, 1, 2, 3, 4, 9]);
  expect(numbersOf(pad(x, [0, 2, 0, 3], "reflect"))).toEqual([3, 2, 1, 2, 3, 4, 3, 2, 1]);
  expect(numbersOf(pad(x, [0, 2, 0, 1], "edge"))).toEqual([1, 1, 1, 2, 3, 4, 4]);
  expect(numbersOf(pad(x, [0, -1, 0, -1]))).toEqual([2, 3]);
});

test("wrong arguments are named", () => {
  const x = leaf([2, 3, 5], 1);
  const sizes = { inputSize: 3, outputSize: 4, kernelSize: 3 };
  expect(() => new Conv1d(device, { ...sizes, groups: 2 })).toThrow("Conv1d: groups is 2, needed a divisor");
  expect(() => new Conv1d(device, { ...sizes, kernelSize: 0 })).toThrow("Conv1d: kernelSize is 0");
  expect(() => new Conv2d(device, { ...sizes, stride: [1, 0] })).toThrow(
    "Conv2d: stride is [1, 0], needed 2 whole numbers of at least 1",
  );
  expect(() => new Conv1d(device, { ...sizes, padding: -1 })).toThrow("Conv1d: padding is -1");
  expect(() => new Conv1d(device, { ...sizes, inputSize: 2 }).forward(x)).toThrow(
    "Conv1d: input has shape [2, 3, 5], needed [B, 2, T]",
  );
  expect(() => new Conv2d(device, sizes).forward(x)).toThrow("needed [B, 3, height, width]");
  expect(() => new Conv1d(device, { ...sizes, kernelSize: 6 }).forward(x)).toThrow(
    "convolution: a kernel of 6 with dilation 1 is longer than axis 2 of input [2, 3, 5] with 0 + 0 entries around it",
  );
  expect(() => new ConvTranspose1d(device, { ...sizes, outputPadding: 1 }).forward(x)).toThrow(
    "convolutionTranspose: outputPads is [1], needed 1 whole numbers from 0 to below the stride",
  );
  expect(() => new ConvTranspose1d(device, { ...sizes, padding: 4 }).forward(x)).toThrow(
    "leave nothing of axis 2",
  );
  expect(() => convolution(x, leaf([4, 2, 3], 1))).toThrow("weight [4, 2, 3] does not fit input [2, 3, 5]");
  expect(() => convolution(x, leaf([4, 3, 3], 1), leaf([3], 1))).toThrow("bias [3] must have 4 entries");
  expect(() => convolution(leaf([2, 3], 1), leaf([4, 3, 3], 1))).toThrow("needed [B, C, T] or");
  expect(() => convolution(x, leaf([4, 3, 3], 1), undefined, { pads: [1] })).toThrow(
    "convolution: pads is [1], needed 2 whole numbers of at least 0",
  );
  expect(() => convolutionTranspose(x, leaf([4, 3, 3], 1))).toThrow("weight [4, 3, 3] does not fit");
  expect(() => pad(x, [1, 1])).toThrow("pad: pads is [1, 1], needed 6 whole numbers");
  expect(() => pad(x, [0, 0, 5, 0, 0, 0], "reflect")).toThrow("needed at most 4 on each side");
  expect(() => pad(x, [0, 0, -5, 0, 0, 0])).toThrow("needed a result with at least one entry");
  expect(() => maxPool(x, [2], { pads: [2, 0] })).toThrow(
    "maxPool: pads are 2 and 0 along axis 2, needed at most 1",
  );
  expect(() => averagePool(x, [6])).toThrow("averagePool: a kernel of 6");
  expect(() => new MaxPool1d(1.5)).toThrow("MaxPool1d: kernelSize is 1.5");
  expect(() => new AvgPool2d(2).forward(x)).toThrow(
    "AvgPool2d: input has shape [2, 3, 5], needed [B, C, height",
  );
  expect(() => new BatchNorm1d(device, 3).forward(leaf([1, 3], 1))).toThrow(
    "needed more than one entry of each",
  );
  expect(() => new BatchNorm1d(device, 3).forward(leaf([2, 4, 2], 1))).toThrow("needed [B, 3] or [B, 3, T]");
  expect(() => new BatchNorm1d(device, 3, { momentum: 1.1 })).toThrow("BatchNorm1d: momentum is 1.1");
  expect(() => new BatchNorm1d(device, 0)).toThrow("BatchNorm1d: channels is 0");
  expect(() => batchNorm(x, leaf([3], 1), leaf([2], 1), undefined)).toThrow(
    "has 3 channels, but [2] is given",
  );
});
