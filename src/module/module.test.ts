import { describe, expect, test } from "vitest";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { SGD } from "../optimisers/sgd.ts";
import { Generator } from "../random/philox.ts";
import { GRU } from "../recurrent/recurrent.ts";
import { openDevice } from "../tensor/device.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { Module, Parameter } from "./module.ts";

const device = await openDevice({ backend: "wasm" });

class Model extends Module {
  readonly rnn: GRU;
  readonly layers: readonly Module[];
  readonly dropout = new Dropout(0.5);
  readonly label = "not a module";

  constructor(seed: number, outputSize = 2) {
    super();
    const generator = new Generator(seed);
    this.rnn = new GRU(device, {
      inputSize: 2,
      hiddenSize: 3,
      numLayers: 2,
      direction: "bidirectional",
      generator,
    });
    const sizes = { inputSize: 6, outputSize, generator };
    this.layers = [new Linear(device, { ...sizes, bias: false }), new Linear(device, sizes)];
  }
}

test("parameters are named after the properties they stand in, recurrent ones as in PyTorch", () => {
  const names = [...new Model(1).namedParameters().keys()];
  const ofLayer = (suffix: string) =>
    ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `rnn.${name}${suffix}`);
  expect(names).toEqual([
    ...["_l0", "_l0_reverse", "_l1", "_l1_reverse"].flatMap(ofLayer),
    "layers.0.weight",
    "layers.1.weight",
    "layers.1.bias",
  ]);
});

test("parameters are counted", () => {
  const perDirection = (input: number) => 9 * input + 9 * 3 + 18;
  expect(new Model(1).parameterCount()).toBe(2 * perDirection(2) + 2 * perDirection(6) + 12 + 12 + 2);
});

test("initial weights are decided by the seed, and even over their range", async () => {
  const [one, same, other] = [new Model(1), new Model(1), new Model(2)];
  expect(await one.stateDict()).toEqual(await same.stateDict());
  expect(await one.stateDict()).not.toEqual(await other.stateDict());
  const { weight } = new Linear(device, { inputSize: 100, outputSize: 50 });
  const numbers = await weight.toArray();
  const mean = numbers.reduce((sum, entry) => sum + entry, 0) / numbers.length;
  const variance = numbers.reduce((sum, entry) => sum + entry * entry, 0) / numbers.length;
  expect(Math.max(...numbers.map(Math.abs))).toBeLessThanOrEqual(0.1);
  expect(Math.abs(mean)).toBeLessThan(0.003);
  expect(variance / (0.1 ** 2 / 3)).toBeCloseTo(1, 1);
});

test("weights that no memory holds are refused before they are drawn", () => {
  const generator = new Generator(7);
  expect(() => new GRU(device, { inputSize: 3, hiddenSize: 2 ** 26, generator })).toThrow(
    /heap: [0-9]+ MiB were asked for/,
  );
  expect(generator.bits()).toBe(new Generator(7).bits());
});

test("a state dictionary carries all parameters from one model to another", async () => {
  const [from, to] = [new Model(1), new Model(2)];
  const state = await from.stateDict();
  to.loadStateDict(state);
  expect(await to.stateDict()).toEqual(state);
  // It is a copy: training goes on without changing it.
  from.layers[0].parameters()[0].assign(new Float32Array(12));
  expect(await to.stateDict()).toEqual(state);
});

test("a state that does not fit is refused by name, and nothing is changed", async () => {
  const model = new Model(1);
  const before = await model.stateDict();
  const changed = Object.fromEntries(
    Object.entries(before).map(([name, { shape }]) => [
      name,
      { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) },
    ]),
  );
  const { "layers.1.bias": bias, ...missing } = changed;
  expect(() => model.loadStateDict(missing)).toThrow("loadStateDict: tensor layers.1.bias [2] is missing");
  expect(() => model.loadStateDict({ ...changed, extra: bias })).toThrow(
    "tensor extra is not part of this model",
  );
  const wrong = { ...changed, "layers.1.bias": { shape: [3], data: new Float32Array(3) } };
  expect(() => model.loadStateDict(wrong)).toThrow(
    "tensor layers.1.bias has shape [3] and 3 numbers, this model needs [2]",
  );
  const short = { ...changed, "layers.1.bias": { shape: [2], data: new Float32Array(1) } };
  expect(() => model.loadStateDict(short)).toThrow("has shape [2] and 1 numbers");
  expect(await model.stateDict()).toEqual(before);
});

test("a module may know its parent", () => {
  class Child extends Module {
    readonly linear = new Linear(device, { inputSize: 2, outputSize: 2, bias: false });
    readonly again = this.linear;
    readonly parent: Module;
    constructor(parent: Module) {
      super();
      this.parent = parent;
    }
  }
  class Parent extends Module {
    readonly child = new Child(this);
  }
  const parent = new Parent().eval();
  expect([...parent.namedParameters().keys()]).toEqual(["child.linear.weight"]);
  expect(parent.child.linear.training).toBe(false);
});

test("train and eval reach all modules inside", () => {
  const model = new Model(1);
  const states = () => [model, model.rnn, ...model.layers, model.dropout].map((each) => each.training);
  expect(new Set(states())).toEqual(new Set([true]));
  expect(model.eval()).toBe(model);
  expect(new Set(states())).toEqual(new Set([false]));
  model.train();
  expect(new Set(states())).toEqual(new Set([true]));
});

describe("what a module cannot find", () => {
  const part = () => new Linear(device, { inputSize: 2, outputSize: 2, bias: false });
  class Holder extends Module {
    readonly held: unknown;
    constructor(held: unknown) {
      super();
      this.held = held;
    }
  }
  class Other {
    readonly inner = part();
  }

  test.each([
    ["a plain object", () => ({ left: part() }), "held is a plain object", "held.left"],
    [
      "an object deep inside",
      () => [{ heads: { all: [part()] } }],
      "held.0 is a plain object",
      "held.0.heads.all.0",
    ],
    ["a Set", () => new Set([part()]), "held is a Set", "held.0"],
    ["another class", () => new Other(), "held is an object of class Other", "held.inner"],
    ["a parameter", () => ({ weight: new Parameter(device, [2]) }), "held is a plain object", "held.weight"],
    ["dropout", () => ({ drop: new Dropout(0.5) }), "held is a plain object", "held.drop"],
  ])("%s", (_, held, said, name) => {
    const model = new Holder(held());
    for (const call of [() => model.parameters(), () => model.eval(), () => model.dropoutPlaces()]) {
      expect(call).toThrow(`Holder: ${said} that holds modules or parameters (${name})`);
    }
  });

  test("Maps are looked into wherever they stand, and objects without modules are no matter", () => {
    const inMap = new Holder(new Map([["a", part()]]));
    expect([...inMap.namedParameters().keys()]).toEqual(["a.weight"]);
    const inArray = new Holder([new Map([["a", part()]])]);
    expect([...inArray.namedParameters().keys()]).toEqual(["held.0.a.weight"]);
    const plain = { sizes: { h: [1, 2] }, device, names: new Set(["a"]), numbers: new Float32Array(3) };
    expect(new Holder(plain).parameters()).toEqual([]);
  });

  test("an object may hold what stands in a property too", () => {
    class Both extends Module {
      readonly byName: Record<string, Module>;
      readonly head = part();
      constructor() {
        super();
        this.byName = { head: this.head };
      }
    }
    expect([...new Both().namedParameters().keys()]).toEqual(["head.weight"]);
  });

  test("a module in a private field is told at the optimiser's first step", () => {
    class Hiding extends Module {
      readonly head = part();
      readonly #body = part();
      forward(x: Tensor) {
        return this.head.forward(this.#body.forward(x));
      }
    }
    const x = tensor(device, [1, 2], [1, 2]);
    const model = new Hiding();
    const optimiser = new SGD(model.parameters(), { learningRate: 0.1 });
    sum(model.forward(x)).backward();
    expect(() => optimiser.step()).toThrow(
      "SGD.step: a parameter of shape [2, 2] has a gradient, but no module lists it, so it is neither trained nor saved",
    );
  });

  test("a layer that is not trained on purpose is none of the optimiser's business", () => {
    const [reservoir, head] = [part(), part()];
    const x = tensor(device, [1, 2], [1, 2]);
    const optimiser = new SGD(head.parameters(), { learningRate: 0.1 });
    sum(head.forward(reservoir.forward(x))).backward();
    const later = part().freeze(["weight"]);
    sum(later.forward(head.forward(x))).backward();
    expect(() => optimiser.step()).not.toThrow();
  });
});
