import { describe, expect, test } from "vitest";
import { GRU, LSTM } from "../recurrent/recurrent.ts";
import { openDevice } from "./device.ts";
import { add, multiply, scaled } from "./operations/arithmetic.ts";
import { square, tanh } from "./operations/functions.ts";
import { sum } from "./operations/reductions.ts";
import { narrow, reshape } from "./operations/shapes.ts";
import { ints, type Tensor, tensor } from "./tensor.ts";

const device = await openDevice({ backend: "reference" });
const leaf = (...numbers: number[]) => tensor(device, numbers, [numbers.length], { requiresGrad: true });
const numbers = (x: Tensor | undefined) =>
  x && Array.from(device.heap.floats().subarray(x.offset, x.offset + x.size));

describe("backward", () => {
  test("gathers over all ways from the loss to a tensor", () => {
    const x = leaf(3);
    const y = square(x);
    // z = x²·2x² + x² + x, so dz/dx = 8x³ + 2x + 1.
    add(add(multiply(y, scaled(y, 2)), y), x).backward();
    expect(numbers(x.grad)).toEqual([8 * 27 + 6 + 1]);
    expect(numbers(y.grad)).toEqual([4 * 9 + 1]);
  });

  test("visits each operation once, in a chain of doublings", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let count = 0; count < 50; count++) y = add(y, y);
    y.backward();
    expect(numbers(x.grad)).toEqual([2 ** 50]);
  });

  test("reaches far back without running out of stack", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let count = 0; count < 20_000; count++) y = scaled(y, 1);
    y.backward();
    expect(numbers(x.grad)).toEqual([1]);
  });

  test("adds to what an earlier call left, until zeroGrad", () => {
    const x = leaf(1, 2);
    sum(square(x)).backward();
    sum(scaled(x, 10)).backward();
    expect(numbers(x.grad)).toEqual([12, 14]);
    x.zeroGrad();
    expect(x.grad).toBeUndefined();
    sum(scaled(x, 10)).backward();
    expect(numbers(x.grad)).toEqual([10, 10]);
  });

  test("of a leaf adds the gradient given", () => {
    const x = leaf(1, 2);
    x.backward([3, 4]);
    x.backward([10, 10]);
    expect(numbers(x.grad)).toEqual([13, 14]);
  });

  test("starts from a gradient given as numbers or as a tensor", () => {
    const x = leaf(1, 2);
    square(x).backward([1, -1]);
    expect(numbers(x.grad)).toEqual([2, -4]);
    square(x).backward(tensor(device, [10, 10], [2]));
    expect(numbers(x.grad)).toEqual([22, 36]);
    expect(() => square(x).backward()).toThrow("backward: needs a gradient of shape [2], got none");
    expect(() => square(x).backward([1])).toThrow("backward: needs a gradient of shape [2], got 1");
  });

  test("leaves operations that the loss does not depend on alone", () => {
    const [x, other] = [leaf(1), leaf(2)];
    const unused = multiply(x, other);
    square(x).backward();
    expect(numbers(x.grad)).toEqual([2]);
    expect(other.grad).toBeUndefined();
    unused.backward();
    expect(numbers(other.grad)).toEqual([1]);
  });

  test("passes by constants", () => {
    const [x, constant] = [leaf(1, 2), tensor(device, [3, 4], [2])];
    sum(multiply(add(x, constant), constant)).backward();
    expect(numbers(x.grad)).toEqual([3, 4]);
    expect(constant.grad).toBeUndefined();
    expect(() => sum(constant).backward()).toThrow("made from nothing that requires a gradient");
  });

  test("through the same operations twice is an error that changes nothing", () => {
    const x = leaf(1, 2);
    const trunk = tanh(x);
    sum(trunk).backward();
    const before = numbers(x.grad);
    const branch = sum(square(trunk));
    expect(() => branch.backward()).toThrow("walked back before; run the forward pass again");
    expect(numbers(x.grad)).toEqual(before);
    expect(branch.grad).toBeUndefined();
  });

  test("takes views of one tensor apart again", () => {
    const x = leaf(1, 2, 3, 4);
    const halves = [narrow(x, 0, 2), narrow(x, 2, 4)];
    sum(multiply(halves[0], reshape(halves[1], [2]))).backward();
    expect(numbers(x.grad)).toEqual([3, 4, 1, 2]);
  });

  test.each([
    ["outputs", 0],
    ["h", 1],
    ["c", 2],
  ] as const)(
    "of an LSTM's %s alone agrees with the sum in which the others count for nothing",
    (_, which) => {
      const lstm = new LSTM(device, {
        inputSize: 1,
        hiddenSize: 2,
        numLayers: 2,
        direction: "bidirectional",
      });
      const run = () => {
        const { outputs, state } = lstm.forward(tensor(device, [1, 2, 3, 4], [2, 2, 1]), { lengths: [2, 1] });
        return [outputs, state.h, state.c!].map((part) => sum(square(part)));
      };
      lstm.zeroGrad();
      run()[which].backward();
      const alone = lstm.parameters().map((parameter) => numbers(parameter.grad));
      lstm.zeroGrad();
      run()
        .map((part, index) => scaled(part, index === which ? 1 : 0))
        .reduce((total, part) => add(total, part))
        .backward();
      expect(lstm.parameters().map((parameter) => numbers(parameter.grad))).toEqual(alone);
    },
  );

  test("through one layer that is used twice gathers both uses", () => {
    const gru = new GRU(device, { inputSize: 2, hiddenSize: 2 });
    const xs = tensor(device, [1, 2, 3, 4], [2, 1, 2]);
    const gradientsOf = (run: () => Tensor) => {
      gru.zeroGrad();
      run().backward();
      return gru.parameters().flatMap((parameter) => numbers(parameter.grad)!);
    };
    const first = gru.forward(xs).outputs;
    const constant = tensor(device, numbers(first)!, first.shape);
    const second = gradientsOf(() => sum(gru.forward(constant).outputs));
    const through = gradientsOf(() => sum(gru.forward(gru.forward(xs).outputs).outputs));
    // What came through the first use is the difference, which a gradient sent into it alone gives too.
    const sent = (() => {
      const again = tensor(device, numbers(first)!, first.shape, { requiresGrad: true });
      sum(gru.forward(again).outputs).backward();
      const arrived = tensor(device, numbers(again.grad)!, again.shape);
      return gradientsOf(() => sum(multiply(gru.forward(xs).outputs, arrived)));
    })();
    through.forEach((entry, index) => {
      expect(Math.abs(entry - second[index] - sent[index])).toBeLessThan(1e-14);
    });
  });
});

describe("assign", () => {
  test("takes numbers and tensors, of this device and of another", async () => {
    const x = leaf(1, 2);
    expect(numbers(x.assign([3, 4]))).toEqual([3, 4]);
    expect(numbers(x.assign(leaf(5, 6)))).toEqual([5, 6]);
    const other = await openDevice({ backend: "wasm" });
    expect(numbers(x.assign(tensor(other, [7, 8], [2])))).toEqual([7, 8]);
    expect(() => x.assign([1])).toThrow("assign: needs shape [2] (float), got 1 numbers");
    expect(() => x.assign(ints(device, [1, 2], [2]))).toThrow("got a tensor of shape [2] (int)");
  });

  test("whole numbers are read as such, on every backend", async () => {
    const other = await openDevice({ backend: "wasm" });
    expect(await ints(other, [7], [1]).item()).toBe(7);
    expect(await ints(other, [7, -1], [2]).toArray()).toEqual(Float32Array.of(7, -1));
    expect(() => ints(device, [1, 1.5])).toThrow("ints: entry 1 is 1.5, needed whole numbers");
    await expect(leaf(1, 2).item()).rejects.toThrow("item: needs a tensor with one entry, got shape [2]");
    await expect((async () => add(leaf(1), tensor(other, [1], [1])))()).rejects.toThrow(
      "tensors of two devices",
    );
  });
});
