import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { type AverageKind, WeightAverage } from "./weight-average.ts";

const device = await openDevice({ backend: "wasm" });
const values = Array.from({ length: 12 }, (_, step) =>
  [0, 1, 2, 3, 4].map((entry) => Math.sin(7 * step + entry)),
);
const parametersOf = () => [tensor(device, [0, 0, 0], [3]), tensor(device, [0, 0], [1, 2])];

/** Weights as a step of training leaves them. */
function become(parameters: readonly Tensor[], step: readonly number[]): void {
  parameters[0].assign(step.slice(0, 3));
  parameters[1].assign(step.slice(3));
}

const numbersOf = async (tensors: readonly Tensor[]) =>
  (await Promise.all(tensors.map((each) => each.toArray()))).flatMap((part) => Array.from(part));

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, index) => {
    expect(Math.abs(found[index] - value), `entry ${index}`).toBeLessThan(1e-6);
  });
}

/** Σ weight(i)·w_i / Σ weight(i), entry by entry. */
function weighted(weightOf: (step: number) => number): number[] {
  const total = values.reduce((sum, _, step) => sum + weightOf(step), 0);
  return [0, 1, 2, 3, 4].map(
    (entry) => values.reduce((sum, step, index) => sum + weightOf(index) * step[entry], 0) / total,
  );
}

const kinds: readonly [AverageKind, (step: number) => number][] = [
  [{ kind: "mean" }, () => 1],
  [{ kind: "exponential", decay: 0.9 }, (step) => 0.9 ** (values.length - 1 - step)],
];

describe.each(kinds)("the average %j", (kind, weightOf) => {
  function gathered(): { parameters: Tensor[]; average: WeightAverage } {
    const parameters = parametersOf();
    const average = new WeightAverage(parameters, kind);
    for (const step of values) {
      become(parameters, step);
      average.update();
    }
    return { parameters, average };
  }

  test("is that of all weights since it began", async () => {
    const { average } = gathered();
    expect(average.updates).toBe(12);
    expectClose(await numbersOf(average.averages), weighted(weightOf));
  });

  test("of one step is that step", async () => {
    const parameters = parametersOf();
    const average = new WeightAverage(parameters, kind);
    become(parameters, values[3]);
    average.update();
    expect(await numbersOf(average.averages)).toEqual(values[3].map(Math.fround));
  });

  test("in ranges, by several that share it, gives the same bits", async () => {
    const parameters = parametersOf();
    const first = new WeightAverage(parameters, kind);
    const second = new WeightAverage(parameters, kind, first.averages);
    for (const step of values) {
      become(parameters, step);
      first.update([{ index: 0, from: 0, to: 2 }]);
      second.update([
        { index: 0, from: 2, to: 3 },
        { index: 1, from: 0, to: 2 },
      ]);
    }
    expect(await numbersOf(first.averages)).toEqual(await numbersOf(gathered().average.averages));
  });

  test("goes on where its state was taken, bit by bit", async () => {
    const parameters = parametersOf();
    const first = new WeightAverage(parameters, kind);
    for (const step of values.slice(0, 5)) {
      become(parameters, step);
      first.update();
    }
    const second = new WeightAverage(parameters, kind);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    second.loadStateDict(await first.stateDict());
    for (const step of values.slice(5)) {
      become(parameters, step);
      second.update();
    }
    expect(await numbersOf(second.averages)).toEqual(await numbersOf(gathered().average.averages));
  });

  test("takes the weights' place and gives it back", async () => {
    const { parameters, average } = gathered();
    const before = await numbersOf(parameters);
    const averaged = await numbersOf(average.averages);
    const seen = await average.withAverage(() => numbersOf(parameters));
    expect(seen).toEqual(averaged);
    expect(await numbersOf(parameters)).toEqual(before);
    expect(await numbersOf(average.averages)).toEqual(averaged);
    await expect(average.withAverage(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await numbersOf(parameters)).toEqual(before);
    average.swap();
    expect(() => average.update()).toThrow("update() while swapped");
  });
});

describe("WeightAverage", () => {
  test("is seen by packed copies of the weights", async () => {
    const layer = new Linear(device, {
      inputSize: 2,
      outputSize: 2,
      bias: false,
      generator: new Generator(1),
    });
    const x = tensor(device, [1, 1], [1, 2]);
    const average = new WeightAverage(layer.parameters());
    layer.weight.assign([1, 2, 3, 4]);
    average.update();
    layer.weight.assign([0, 0, 0, 0]);
    expect(await numbersOf([layer.forward(x)])).toEqual([0, 0]);
    expect(await average.withAverage(() => numbersOf([layer.forward(x)]))).toEqual([3, 7]);
    expect(await numbersOf([layer.forward(x)])).toEqual([0, 0]);
  });

  test("that has not begun changes nothing", async () => {
    const parameters = parametersOf();
    become(parameters, values[1]);
    const average = new WeightAverage(parameters);
    expect(await average.withAverage(() => numbersOf(parameters))).toEqual(values[1].map(Math.fround));
  });

  test("refuses what does not fit", async () => {
    const parameters = parametersOf();
    for (const decay of [0, 1, Number.NaN])
      expect(() => new WeightAverage(parameters, { kind: "exponential", decay })).toThrow(
        `decay is ${decay}`,
      );
    expect(() => new WeightAverage(parameters, { kind: "mean" }, [parameters[0]])).toThrow(
      "averages must be 2 tensors",
    );
    for (const [index, from, to] of [
      [0, 2, 4],
      [2, 0, 1],
      [1, -1, 1],
    ]) {
      expect(() => new WeightAverage(parameters).update([{ index, from, to }])).toThrow(
        `a range from ${from} to ${to} of parameter ${index}`,
      );
    }
    expect(() => new WeightAverage(parameters).loadStateDict({})).toThrow("tensor 0.average [3] is missing");
  });
});
