import { expect, it } from "vitest";
import { Parameter } from "../module/module.ts";
import { openDevice } from "../tensor/device.ts";
import { multiply } from "../tensor/operations/arithmetic.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { tensor } from "../tensor/tensor.ts";
import { SGD } from "./sgd.ts";
import { trainingStep } from "./training-step.ts";

const device = await openDevice({ backend: "reference" });

/** A weight w = (3, 4) with the loss w·x, whose gradient is x. */
function weightAndLoss(x: readonly number[]) {
  const weight = new Parameter(device, [2]);
  weight.assign([3, 4]);
  const optimiser = new SGD([weight], { learningRate: 0.5 });
  const read = () => {
    const loss = sum(multiply(weight, tensor(device, x, [2])));
    return { loss, found: () => loss.read()[0] };
  };
  return { weight, optimiser, read };
}

it("gives back the loss, and changes the weights by the gradient of this step alone", async () => {
  const { weight, optimiser, read } = weightAndLoss([6, 8]);
  expect(trainingStep(optimiser, read)).toEqual({ found: 50, gradientNorm: 10, isAccepted: true });
  expect([...(await weight.toArray())]).toEqual([0, 0]);
  trainingStep(optimiser, read);
  expect([...(await weight.toArray())]).toEqual([-3, -4]);
});

it("clips, and shows the gradients that it will use between backward and update", async () => {
  const { weight, optimiser, read } = weightAndLoss([6, 8]);
  const seen: unknown[] = [];
  const accepts = (loss: number, norm: number) => {
    seen.push(loss, norm, [...weight.grad!.read()], [...weight.read()]);
    return true;
  };
  trainingStep(optimiser, read, { maxNorm: 5, accepts });
  expect(seen).toEqual([50, 10, [3, 4], [3, 4]]);
  expect([...(await weight.toArray())]).toEqual([1.5, 2]);
});

it("weighs the loss", async () => {
  const { weight, optimiser, read } = weightAndLoss([6, 8]);
  trainingStep(optimiser, () => ({ ...read(), weight: 0.5 }));
  expect([...(await weight.toArray())]).toEqual([1.5, 2]);
});

it("changes nothing if the step is not accepted, or there is nothing to learn from", async () => {
  const { weight, optimiser, read } = weightAndLoss([6, 8]);
  expect(trainingStep(optimiser, read, { accepts: () => false }).isAccepted).toBe(false);
  expect([...(await weight.toArray())]).toEqual([3, 4]);
  trainingStep(optimiser, () => ({ loss: undefined, found: () => 0 }));
  expect([...(await weight.toArray())]).toEqual([3, 4]);
  expect(() => trainingStep(optimiser, read, { maxNorm: 0 })).toThrow("maxNorm is 0, needed more than 0");
});
