// Layers around layers: at every time step, on one another.
import { Generator, GRU, Linear, LSTM, Module, RNN, type Tensor } from "unrolled";
import { BatchNorm1d, type Connection, Conv1d, Stack, TimeDistributed } from "unrolled/nn";
import { narrow, reshape, select } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

describe("TimeDistributed", () => {
  test("a step of the result is what the module makes of that step", () => {
    const layer = new TimeDistributed(new Conv1d(reference, { inputSize: 2, outputSize: 3, kernelSize: 2 }));
    const xs = leaf([3, 2, 2, 5], 1);
    const ys = layer.forward(xs);
    expect(ys.shape).toEqual([3, 2, 3, 4]);
    for (let t = 0; t < 3; t++)
      expect(numbersOf(select(ys, t))).toEqual(numbersOf(layer.module.forward(select(xs, t))));
    expect([...layer.namedParameters().keys()]).toEqual(["module.weight", "module.bias"]);
    const inputs = new Map([...layer.namedParameters(), ["xs", xs]]);
    expect(gradientErrors(inputs, () => weighted(layer.forward(xs)))).toBe("");
  });

  test("a module whose rows depend on one another is applied step by step", () => {
    const [together, apart] = [undefined, { steps: "separately" } as const].map(
      (options) => new TimeDistributed(new BatchNorm1d(reference, 2), options),
    );
    const xs = leaf([3, 4, 2], 1);
    const ys = apart.forward(xs);
    const own = new BatchNorm1d(reference, 2);
    expect(numbersOf(select(ys, 2))).toEqual(numbersOf(own.forward(select(xs, 2))));
    expect(numbersOf(together.forward(xs))).not.toEqual(numbersOf(ys));
    expect(gradientErrors({ xs }, () => weighted(apart.forward(xs)))).toBe("");
  });

  test("wrong arguments are named", () => {
    const linear = new Linear(reference, { inputSize: 3, outputSize: 2 });
    expect(() => new TimeDistributed(linear).forward(leaf([3], 1))).toThrow(
      "TimeDistributed: input has shape [3], needed [T, B, …]",
    );
    class First extends Module {
      forward(x: Tensor): Tensor {
        return narrow(x, 0, 1);
      }
    }
    expect(() => new TimeDistributed(new First()).forward(leaf([2, 3, 4], 1))).toThrow(
      "TimeDistributed: the module made [1, 4] of 6 rows",
    );
  });
});

describe("Stack", () => {
  const generator = new Generator(1);
  const sizes = { inputSize: 3, hiddenSize: 3, generator };
  const build = (...connections: Connection[]) =>
    new Stack(
      reference,
      [new LSTM(reference, sizes), new GRU(reference, sizes), new RNN(reference, sizes)].map(
        (layer, index) => ({
          layer,
          connection: connections[index],
        }),
      ),
      { generator },
    );
  const xs = leaf([4, 2, 3], 1);

  test("without connections it is one layer after the other, each with its state", () => {
    const stack = build();
    const lengths = [4, 2];
    const { outputs, states } = stack.forward(xs, { lengths });
    const [lstm, gru, rnn] = stack.layers;
    const first = lstm.forward(xs, { lengths });
    const second = gru.forward(first.outputs, { lengths });
    const third = rnn.forward(second.outputs, { lengths });
    expect(numbersOf(outputs)).toEqual(numbersOf(third.outputs));
    expect(states.map(({ h }) => numbersOf(h))).toEqual(
      [first, second, third].map(({ state }) => numbersOf(state.h)),
    );
    expect([...stack.namedParameters().keys()].slice(-4)).toEqual([
      ...["layers.2.weight_ih_l0", "layers.2.weight_hh_l0", "layers.2.bias_ih_l0", "layers.2.bias_hh_l0"],
    ]);
  });

  test("connections are the published equations", () => {
    const stack = build("add", "highway", "none");
    const [lstm, gru, rnn] = stack.layers;
    const ys = numbersOf(lstm.forward(xs).outputs).map((y, place) => y + numbersOf(xs)[place]);
    const residual = leaf([4, 2, 3], 1).assign(ys);
    const gate = stack.gates[1]!;
    expect(numbersOf(gate.bias!)).toEqual([-1, -1, -1]);
    const weight = numbersOf(gate.weight);
    const inner = numbersOf(gru.forward(residual).outputs);
    const mixed = inner.map((y, place) => {
      const [row, unit] = [Math.floor(place / 3), place % 3];
      const sum = [0, 1, 2].reduce((total, k) => total + weight[3 * unit + k] * ys[3 * row + k], -1);
      const open = 1 / (1 + Math.exp(-sum));
      return open * y + (1 - open) * ys[place];
    });
    const expected = numbersOf(rnn.forward(leaf([4, 2, 3], 1).assign(mixed)).outputs);
    numbersOf(stack.forward(xs).outputs).forEach((entry, place) => {
      expect(entry).toBeCloseTo(expected[place], 12);
    });
    const names = [...stack.namedParameters().keys()];
    expect(names.filter((name) => name.startsWith("gates"))).toEqual(["gates.1.weight", "gates.1.bias"]);
  });

  test("gradients, and zeros after a sequence's end", () => {
    const stack = build("add", "highway", "add");
    const lengths = [4, 2];
    const loss = () => {
      const { outputs, states } = stack.forward(xs, { lengths });
      return weighted(outputs, ...states.map(({ h }) => h));
    };
    expect(gradientErrors(new Map([...stack.namedParameters(), ["xs", xs]]), loss)).toBe("");
    const { outputs } = stack.forward(xs, { lengths });
    const rows = numbersOf(reshape(outputs, [8, 3]));
    expect(rows.slice(15, 18)).toEqual([0, 0, 0]);
    expect(rows.slice(12, 15)).not.toContain(0);
  });

  test("it goes on from the states that it left", () => {
    const stack = build("add", "highway", "add");
    const whole = stack.forward(xs);
    const { states } = stack.forward(narrow(xs, 0, 2));
    const rest = stack.forward(narrow(xs, 2), { states });
    expect(numbersOf(rest.outputs)).toEqual(numbersOf(narrow(whole.outputs, 2)));
  });

  test("wrong arguments are named", () => {
    expect(() => new Stack(reference, [])).toThrow("Stack: layers is empty");
    expect(() => build().forward(xs, { states: [] })).toThrow(
      "Stack: states has 0 entries, needed one for each of 3",
    );
    const wide = new LSTM(reference, { inputSize: 3, hiddenSize: 5 });
    expect(() => new Stack(reference, [{ layer: wide, connection: "add" }]).forward(xs)).toThrow(
      "Stack: layer 0 made [4, 2, 5] of [4, 2, 3], needed equal shapes for connection add",
    );
  });
});
