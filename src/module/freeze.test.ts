import { expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Generator } from "../random/philox.ts";
import { LSTM } from "../recurrent/recurrent.ts";
import { openDevice } from "../tensor/device.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

const device = await openDevice({ backend: "wasm" });

class Model extends Module {
  readonly encoder = new Linear(device, { inputSize: 2, outputSize: 3, generator: new Generator(1) });
  readonly rnn = new LSTM(device, { inputSize: 3, hiddenSize: 2, numLayers: 2, generator: new Generator(1) });

  walk(): void {
    const xs = tensor(device, [1, 2, 3, 4], [2, 1, 2]);
    device.scope(() => sum(this.rnn.forward(this.encoder.forward(xs)).outputs).backward());
  }
}

const frozenNames = (model: Module) =>
  [...model.namedParameters()].filter(([, { frozen }]) => frozen).map(([name]) => name);

test.each([
  ["encoder", ["encoder.weight", "encoder.bias"]],
  ["rnn.weight_ih_l0", ["rnn.weight_ih_l0"]],
  ["rnn.*_l1", ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((id) => `rnn.${id}_l1`)],
  ["*.bias", ["encoder.bias"]],
])("%s freezes what it names", (pattern, expected) => {
  const model = new Model();
  expect(model.freeze([pattern])).toBe(model);
  expect(frozenNames(model)).toEqual(expected);
  const trained = model.trainableParameters();
  expect(trained.length).toBe(model.parameters().length - expected.length);
  expect(trained.some(({ frozen }) => frozen)).toBe(false);
});

test("what is frozen gathers no gradient, and the rest gathers its own", async () => {
  const [model, whole] = [new Model(), new Model()];
  model.walk();
  model.freeze(["encoder", "rnn.weight_hh_l1", "rnn.bias_*_l0"]);
  model.zeroGrad();
  model.walk();
  whole.walk();
  for (const [name, parameter] of model.namedParameters()) {
    if (parameter.frozen) expect(parameter.grad, name).toBeUndefined();
    else
      expect(await parameter.grad!.toArray(), name).toEqual(
        await whole.namedParameters().get(name)!.grad!.toArray(),
      );
  }
});

test("freezing forgets a gradient that is there, and thawing trains again", () => {
  const model = new Model();
  model.walk();
  model.freeze(["encoder.weight"]);
  expect(model.encoder.weight.grad).toBeUndefined();
  model.encoder.weight.frozen = false;
  model.walk();
  expect(model.encoder.weight.grad).toBeDefined();
});

test.each([
  ["encodr", 'nothing is named "encodr"; the nearest is "encoder"'],
  ["rnn.weight_hh_l7", 'the nearest is "rnn.weight_hh_l0"'],
  ["encoder.w.ight", 'the nearest is "encoder.weight"'],
  ["encode", 'the nearest is "encoder"'],
])("%s is refused, and nothing is frozen", (pattern, message) => {
  const model = new Model();
  expect(() => model.freeze(["rnn", pattern])).toThrow(message);
  expect(frozenNames(model)).toEqual([]);
});
