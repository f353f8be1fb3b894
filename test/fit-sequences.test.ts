// Targets that are numbers, of unequal lengths: the loss is told where they end, and what lies behind counts nowhere.
import {
  type Device,
  Generator,
  Linear,
  Module,
  meanSquare,
  measure,
  openDevice,
  type Tensor,
} from "unrolled";
import { huber } from "unrolled/nn";
import { meanAbsoluteError } from "unrolled/training";
import { beforeAll, expect, test } from "vitest";
import { evalsOf, run, stepsOf } from "./fit/echo-model.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

/** Doubles each number, or whatever it has learnt. */
class EachStep extends Module {
  readonly head: Linear;

  constructor(on: Device) {
    super();
    this.head = new Linear(on, { inputSize: 1, outputSize: 1, generator: new Generator(3) });
  }

  forward(xs: Tensor): Tensor {
    return this.head.forward(xs);
  }
}

const generator = new Generator(2);
const data = Array.from({ length: 24 }, (_, place) => {
  const inputs = Array.from({ length: 1 + (place % 5) }, () => [generator.uniform()]);
  return { inputs, targets: inputs.map(([x]) => [2 * x + 1]) };
});

/** What each step of each example costs. */
async function errors(model: EachStep): Promise<number[]> {
  const [weight] = await model.head.weight.toArray();
  const [bias] = await model.head.bias!.toArray();
  return data.flatMap(({ inputs }) => inputs.map(([x]) => weight * x + bias - (2 * x + 1)));
}
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

test.each([false, true])(
  "the loss and metrics are those of the steps there are, time-major: %s",
  async (timeMajor) => {
    const model = new EachStep(device);
    const found = await errors(model);
    const metrics = { absolute: meanAbsoluteError() };
    const measured = await measure(model, { data, loss: meanSquare, metrics, timeMajor, batchSize: 24 });
    expect(measured.loss).toBeCloseTo(mean(found.map((error) => error * error)), 5);
    expect(measured.absolute).toBeCloseTo(mean(found.map(Math.abs)), 5);
  },
);

test("they are learnt from", async () => {
  const model = new EachStep(device);
  const options = { data, validation: data, batchSize: 8, epochs: 60, learningRate: 0.1, seed: 1 };
  const events = await run(model, { ...options, loss: huber });
  expect(stepsOf(events).every(({ loss }) => Number.isFinite(loss))).toBe(true);
  expect(evalsOf(events).at(-1)?.loss).toBeLessThan(0.01);
});

test("a loss that does not read where they end is refused, unless it passes over what is missing", async () => {
  const loss = (outputs: Tensor, targets: Tensor) => meanSquare(outputs, targets);
  const model = new EachStep(device);
  await expect(measure(model, { data, loss })).rejects.toThrow(
    "targets are numbers of unequal lengths, and loss does not read where they end",
  );
  const first = (outputs: Tensor) => meanSquare(outputs, outputs);
  expect((await measure(model, { data, loss: first })).loss).toBe(0);
});

test("a step has their lengths", async () => {
  const seen: (readonly number[] | undefined)[] = [];
  const step = (model: EachStep, { inputs, targets, targetLengths }: StepBatch) => {
    seen.push(targetLengths);
    return meanSquare(model.forward(inputs), targets, { lengths: targetLengths, batchFirst: true });
  };
  const measured = await measure(new EachStep(device), { data: data.slice(0, 3), step, batchSize: 3 });
  expect(seen).toEqual([[1, 2, 3]]);
  expect(measured.loss).toBeGreaterThan(0);
});

interface StepBatch {
  readonly inputs: Tensor;
  readonly targets: Tensor;
  readonly targetLengths: readonly number[] | undefined;
}
