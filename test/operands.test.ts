// Every operand of an operation is a tensor of the right kind on one device, wherever it comes in.
import {
  binaryCrossEntropy,
  crossEntropy,
  type Device,
  Embedding,
  GRU,
  ints,
  openDevice,
  SGD,
  Tensor,
  tensor,
  zeros,
} from "unrolled";
import { WeightAverage } from "unrolled/optim";
import { batchNorm, gatherRows } from "unrolled/tensor";
import { describe, expect, test } from "vitest";

const [device, other] = [await openDevice(), await openDevice()];
// Where it stands, the other device's memory has grown far beyond this one's.
zeros(other, [2 ** 24]);

const matrix = (on: Device) => tensor(on, [1, 2, 3, 4, 5, 6], [3, 2], { requiresGrad: true });
const ids = (on: Device) => ints(on, [0, 1, 0]);
const layer = new GRU(device, { inputSize: 2, hiddenSize: 2 });

describe("an operand of another device", () => {
  test.each<[string, () => unknown]>([
    ["targets of crossEntropy", () => crossEntropy(matrix(device), ids(other))],
    ["targets of binaryCrossEntropy", () => binaryCrossEntropy(matrix(device), matrix(other))],
    [
      "ids of an Embedding",
      () => new Embedding(device, { vocabularySize: 3, embeddingSize: 2 }).forward(ids(other)),
    ],
    ["ids of gatherRows", () => gatherRows(matrix(device), ids(other))],
    [
      "moments of batchNorm",
      () => {
        const [channels, moments] = [zeros(device, [2]), zeros(other, [2])];
        batchNorm(matrix(device), channels, channels, { mean: channels, variance: moments });
      },
    ],
    ["a mask", () => layer.forward(zeros(device, [3, 1, 2]), { mask: ints(other, [1, 1, 0], [3, 1]) })],
  ])("%s", (_, call) => {
    expect(call).toThrow("an operation was given tensors of two devices");
  });

  test("a gradient", () => {
    const message = "the gradient is of whole numbers or stands on another device";
    expect(() => matrix(device).backward(matrix(other))).toThrow(message);
    expect(() =>
      new SGD([matrix(device)], { learningRate: 1 }).apply([matrix(other)], [{ index: 0, from: 0, to: 6 }]),
    ).toThrow("on the parameter's device");
    expect(() => new WeightAverage([matrix(device)], { kind: "mean" }, [matrix(other)])).toThrow(
      "two devices",
    );
  });
});

test("whole numbers in place of numbers, and numbers in place of whole ones", () => {
  expect(() => binaryCrossEntropy(ints(device, [1, 0, 1, 0, 1, 0], [3, 2]), matrix(device))).toThrow(
    "given whole numbers of shape [3, 2]",
  );
  expect(() => matrix(device).backward(ints(device, [1, 1, 1, 1, 1, 1], [3, 2]))).toThrow(
    "the gradient is of whole numbers",
  );
});

test("what is no tensor", () => {
  expect(() => binaryCrossEntropy(matrix(device), { shape: [3, 2] } as unknown as Tensor)).toThrow(
    "an operation was given object, needed a tensor",
  );
});

test("no tensor reaches outside its storage", () => {
  const { storage } = matrix(device);
  for (const [shape, start] of [
    [[7], 0],
    [[3], 4],
    [[1], -1],
    [[1], 2 ** 33],
    [[0.5, 2], 0],
  ] as const)
    expect(() => new Tensor(device, storage, shape, { start })).toThrow("is not inside its storage");
  expect(() => new Tensor(device, { offset: 2 ** 33, elements: 9 } as typeof storage, [3])).toThrow(
    "is not inside",
  );
  expect(() => device.lent(2 ** 33, 3)).toThrow("heap: an offset is 8589934592");
});

test("ranges of an optimiser are inside its parameters", () => {
  const parameter = matrix(device);
  const update =
    (from: number, to: number, index = 0) =>
    () =>
      new SGD([parameter], { learningRate: 1 }).apply([matrix(device)], [{ index, from, to }]);
  for (const [from, to] of [
    [0, 7],
    [-1, 2],
    [0.5, 2],
    [2 ** 33, 2 ** 33 + 1],
  ])
    expect(update(from, to)).toThrow("SGD: a range from");
  expect(update(0, 6, 1)).toThrow("of parameter 1, which has no entries");
  expect(update(0, 6)).not.toThrow();
});

test("sessions have no method that takes an address, nor has a layer a cell that does", () => {
  for (const made of [layer.session(), layer.pool(), layer.pool().open(), layer])
    for (const name of ["advance", "stateAt", "setStateAt", "leave", "slot", "cell"])
      expect(name in made, name).toBe(false);
});
