import { describe, expect, test } from "vitest";
import { openDevice } from "../tensor/device.ts";
import { square } from "../tensor/operations/functions.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { Adam, AdamW } from "./adam.ts";
import { clipGradNorm } from "./clip.ts";
import { RMSprop } from "./rmsprop.ts";
import { SGD } from "./sgd.ts";

const device = await openDevice({ backend: "wasm" });
const parameter = (numbers: readonly number[]) =>
  tensor(device, numbers, [numbers.length], { requiresGrad: true });
const step = (optimiser: { step(): void; zeroGrad(): void }, ...parameters: Tensor[]) => {
  optimiser.zeroGrad();
  for (const each of parameters) device.scope(() => sum(square(each)).backward());
  optimiser.step();
};

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
  "a learning rate of %d is refused when it is set",
  (rate) => {
    const optimiser = new SGD([parameter([1])], { learningRate: 0.1 });
    expect(() => {
      optimiser.learningRate = rate;
    }).toThrow(`SGD: learningRate is ${rate}, needed a number of at least 0`);
    expect(optimiser.learningRate).toBe(0.1);
  },
);

describe.each([
  ["SGD", (parameters: Tensor[]) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })],
  ["RMSprop", (parameters: Tensor[]) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.5 })],
  ["Adam", (parameters: Tensor[]) => new Adam(parameters, { learningRate: 0.1 })],
  ["AdamW", (parameters: Tensor[]) => new AdamW(parameters, { learningRate: 0.1 })],
] as const)("%s", (name, build) => {
  test("goes on from its state to the last bit, also from an earlier one", async () => {
    const [straight, resumed] = [parameter([1, -2, 3]), parameter([1, -2, 3])];
    const [first, second] = [build([straight]), build([resumed])];
    for (let count = 0; count < 3; count++) step(first, straight);
    const saved = await first.stateDict();
    const numbers = await straight.toArray();
    for (let count = 0; count < 4; count++) step(first, straight);
    const expected = await straight.toArray();

    // The second has gone further than the state that it is then given.
    for (let count = 0; count < 5; count++) step(second, resumed);
    second.loadStateDict(saved);
    resumed.assign(numbers);
    expect(second.steps).toBe(3);
    for (let count = 0; count < 4; count++) step(second, resumed);
    expect(await resumed.toArray()).toEqual(expected);
  });

  test("leaves a parameter without gradient alone", async () => {
    const [used, unused] = [parameter([1, 2]), parameter([3, 4])];
    const optimiser = build([used, unused]);
    step(optimiser, used);
    expect(await unused.toArray()).toEqual(Float32Array.of(3, 4));
    expect(await used.toArray()).not.toEqual(Float32Array.of(1, 2));
  });

  test("refuses a state that is not its own, and changes nothing", async () => {
    const [one, other] = [parameter([1, 2]), parameter([1, 2, 3])];
    const optimiser = build([one]);
    step(optimiser, one);
    const before = await optimiser.stateDict();
    const foreign = build([other]);
    step(foreign, other);
    const state = await foreign.stateDict();
    expect(() => optimiser.loadStateDict(state)).toThrow(`this ${name} needs [2]`);
    expect(() => optimiser.loadStateDict({})).toThrow("needs steps [1] and updates [1]");
    expect(() => optimiser.loadStateDict({ ...before, more: state.steps })).toThrow(
      `tensor more is not part of this ${name}`,
    );
    expect(await optimiser.stateDict()).toEqual(before);
  });

  test("a packed weight is packed again after a step", () => {
    const weight = parameter([1, 2]);
    const before = weight.storage.version;
    step(build([weight]), weight);
    expect(weight.storage.version).toBeGreaterThan(before);
  });
});

test("clipping leaves small gradients and those that are not finite alone", async () => {
  const weight = parameter([3, 4]);
  expect(clipGradNorm([weight], 1)).toBe(0);
  device.scope(() => sum(square(weight)).backward());
  expect(clipGradNorm([weight], 10)).toBe(10);
  expect(await weight.grad!.toArray()).toEqual(Float32Array.of(6, 8));
  expect(clipGradNorm([weight], 5)).toBe(10);
  expect(await weight.grad!.toArray()).toEqual(Float32Array.of(3, 4));
  weight.grad!.assign([Number.NaN, 1]);
  expect(clipGradNorm([weight], 0.1)).toBeNaN();
  expect(await weight.grad!.toArray()).toEqual(Float32Array.of(Number.NaN, 1));
});

test("wrong arguments are named", () => {
  const parameters = [parameter([1])];
  expect(() => new SGD([], { learningRate: 1 })).toThrow("SGD: there are no parameters to train");
  expect(() => new SGD(parameters, { learningRate: -1 })).toThrow("SGD: learningRate is -1");
  expect(() => new SGD(parameters, { learningRate: 1, momentum: 1 })).toThrow("SGD: momentum is 1");
  expect(() => new SGD(parameters, { learningRate: 1, nesterov: true })).toThrow("nesterov needs a momentum");
  expect(() => new Adam(parameters, { betas: [0.9, 1] })).toThrow("Adam: betas[1] is 1");
  expect(() => new AdamW(parameters, { weightDecay: -0.1 })).toThrow("AdamW: weightDecay is -0.1");
  expect(() => new RMSprop(parameters, { alpha: 2 })).toThrow("RMSprop: alpha is 2");
  expect(() => clipGradNorm(parameters, 0)).toThrow("clipGradNorm: maxNorm is 0");
});
