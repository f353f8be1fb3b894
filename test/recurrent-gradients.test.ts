import { type Device, Generator, GRU, ints, LSTM, RNN, type Tensor, tensor } from "unrolled";
import type { Recurrent, RecurrentOptions, RecurrentResult } from "unrolled/nn";
import { narrow } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

type Build = (device: Device, options: RecurrentOptions) => Recurrent;

const cells: readonly (readonly [string, Build])[] = [
  ["RNN tanh", (device, options) => new RNN(device, options)],
  ["RNN relu", (device, options) => new RNN(device, { ...options, nonlinearity: "relu" })],
  ["LSTM", (device, options) => new LSTM(device, options)],
  ["GRU", (device, options) => new GRU(device, options)],
];

/** A case: sizes, options of the layer, and what it is read with. */
interface Case {
  readonly name: string;
  readonly steps: number;
  readonly batch: number;
  readonly options: Omit<RecurrentOptions, "generator">;
  readonly lengths?: readonly number[];
  readonly state?: boolean;
  /** Which of the results the loss sees; outputs and final states if not given. */
  readonly sees?: "outputs" | "state";
}

const cases: readonly Case[] = [
  { name: "one layer", steps: 4, batch: 3, options: { inputSize: 3, hiddenSize: 5 } },
  {
    name: "without bias, a state given",
    steps: 3,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3, bias: "none" },
    state: true,
  },
  {
    name: "only the outputs count",
    steps: 3,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3 },
    sees: "outputs",
  },
  {
    name: "only the last state counts, unequal lengths, both directions",
    steps: 4,
    batch: 3,
    options: { inputSize: 2, hiddenSize: 3, direction: "bidirectional" },
    lengths: [2, 4, 1],
    state: true,
    sees: "state",
  },
  {
    name: "one step of one sequence",
    steps: 1,
    batch: 1,
    options: { inputSize: 2, hiddenSize: 3 },
    state: true,
  },
  {
    name: "one step, both directions, two layers",
    steps: 1,
    batch: 2,
    options: { inputSize: 1, hiddenSize: 1, numLayers: 2, direction: "bidirectional" },
    state: true,
  },
  {
    name: "one unit reads one number",
    steps: 5,
    batch: 1,
    options: { inputSize: 1, hiddenSize: 1 },
    lengths: [4],
    state: true,
  },
  {
    name: "both directions, unequal lengths, a state given",
    steps: 5,
    batch: 4,
    options: { inputSize: 3, hiddenSize: 2, direction: "bidirectional" },
    lengths: [3, 5, 1, 4],
    state: true,
  },
  {
    name: "three layers, unequal lengths",
    steps: 4,
    batch: 3,
    options: { inputSize: 3, hiddenSize: 4, numLayers: 3 },
    lengths: [1, 3, 4],
    state: true,
  },
  {
    name: "two layers in both directions, dropout between them, unequal lengths",
    steps: 3,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3, numLayers: 2, direction: "bidirectional", dropout: 0.4 },
    lengths: [3, 2],
    state: true,
  },
  {
    name: "three layers, dropout between them",
    steps: 3,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3, numLayers: 3, dropout: 0.5 },
  },
  {
    name: "two layers, one mask for all steps between them",
    steps: 3,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3, numLayers: 2, dropout: 0.5, lockedDropout: true },
    state: true,
  },
  {
    name: "two layers in both directions, recurrent weights dropped, unequal lengths",
    steps: 4,
    batch: 2,
    options: { inputSize: 2, hiddenSize: 3, numLayers: 2, direction: "bidirectional", weightDrop: 0.4 },
    lengths: [4, 2],
    state: true,
  },
  { name: "sizes beside the vectors'", steps: 2, batch: 3, options: { inputSize: 9, hiddenSize: 17 } },
];

describe.each(cells)("%s", (cellName, build) => {
  const hasCellState = cellName === "LSTM";

  test.each(cases)("$name", ({ steps, batch, options, lengths, state: given, sees }) => {
    const layer = build(reference, { ...options, generator: new Generator(5) });
    const xs = leaf([steps, batch, options.inputSize], 1, -2, 2);
    const stateShape = [layer.numLayers * layer.directions, batch, layer.hiddenSize];
    const h = leaf(stateShape, 2);
    const c = leaf(stateShape, 3);
    const state = given ? (hasCellState ? { h, c } : { h }) : undefined;
    // Masks are drawn anew at each call, so each call is the first one of a layer made like this one, over the same weights.
    const layerOnce = () => {
      if (!options.dropout && !options.weightDrop) return layer;
      const again = build(reference, { ...options, generator: new Generator(5) });
      for (const [name, weight] of layer.weights) again.weights.set(name, weight);
      return again;
    };
    const loss = () => {
      const { outputs, state: last } = layerOnce().forward(xs, { state, lengths });
      const states = last.c ? [last.h, last.c] : [last.h];
      return weighted(...(sees === "state" ? [] : [outputs]), ...(sees === "outputs" ? [] : states));
    };
    expect(gradientErrors(new Map([...layer.namedParameters(), ["xs", xs], ...named(state)]), loss)).toBe("");
  });

  test("a finished sequence's state stays, its outputs are zero, and what follows its end is never read", () => {
    const layer = build(reference, { inputSize: 2, hiddenSize: 3, numLayers: 2, direction: "bidirectional" });
    const lengths = [2, 4, 3];
    const numbers = numbersOf(leaf([4, 3, 2], 1));
    const together = layer.forward(tensor(reference, numbers, [4, 3, 2]), { lengths });
    const spoilt = numbers.map((entry, index) =>
      Math.floor(index / 6) >= lengths[Math.floor(index / 2) % 3] ? 1e9 : entry,
    );
    const again = layer.forward(tensor(reference, spoilt, [4, 3, 2]), { lengths });
    expect(numbersOf(again.outputs)).toEqual(numbersOf(together.outputs));
    lengths.forEach((length, b) => {
      const own = numbers.filter(
        (_, index) => Math.floor(index / 2) % 3 === b && Math.floor(index / 6) < length,
      );
      const alone = layer.forward(tensor(reference, own, [length, 1, 2]));
      expectClose(rowsOf(together.outputs, b).slice(0, length).flat(), numbersOf(alone.outputs));
      expect(rowsOf(together.outputs, b).slice(length).flat()).toEqual(Array(6 * (4 - length)).fill(0));
      expectClose(rowsOf(together.state.h, b).flat(), numbersOf(alone.state.h));
      if (together.state.c) expectClose(rowsOf(together.state.c, b).flat(), numbersOf(alone.state.c!));
    });
  });

  test("a sequence read in two pieces, the state carried, is the sequence read at once", () => {
    const layer = build(reference, { inputSize: 2, hiddenSize: 3, numLayers: 2 });
    const xs = leaf([5, 2, 2], 1);
    const whole = layer.forward(xs);
    const first = layer.forward(narrow(xs, 0, 2));
    const second: RecurrentResult = layer.forward(narrow(xs, 2, 5), { state: first.state });
    expectClose(numbersOf(second.outputs), numbersOf(narrow(whole.outputs, 2, 5)));
    expectClose(numbersOf(second.state.h), numbersOf(whole.state.h));
  });

  test("without recording the numbers are the same", () => {
    const layer = build(reference, { inputSize: 2, hiddenSize: 3, numLayers: 2, direction: "bidirectional" });
    const xs = leaf([5, 2, 2], 1);
    const plain = reference.withoutGradients(() => layer.forward(xs, { lengths: [5, 3] }));
    expect(plain.outputs.requiresGrad).toBe(false);
    expect(numbersOf(plain.outputs)).toEqual(numbersOf(layer.forward(xs, { lengths: [5, 3] }).outputs));
  });

  test("wrong arguments are named", () => {
    const layer = build(reference, { inputSize: 2, hiddenSize: 3 });
    const xs = leaf([4, 2, 2], 1);
    expect(() => layer.forward(ints(reference, numbersOf(xs).map(Math.round), [4, 2, 2]))).toThrow(
      "given whole numbers",
    );
    expect(() => layer.forward(leaf([4, 2, 5], 1))).toThrow("input has shape [4, 2, 5], needed [T, B, 2]");
    expect(() => layer.forward(xs, { state: { h: leaf([1, 3, 3], 1) } })).toThrow("needed [1, 2, 3]");
    expect(() => layer.forward(xs, { lengths: [4] })).toThrow("lengths must be 2 whole numbers from 1 to 4");
    expect(() => layer.forward(xs, { lengths: [4, 0] })).toThrow("got [4, 0]");
    expect(() => build(reference, { inputSize: 2, hiddenSize: 0 })).toThrow("hiddenSize is 0");
    expect(() => build(reference, { inputSize: 2, hiddenSize: 2, dropout: 1.5 })).toThrow("dropout is 1.5");
  });
});

function named(state: { readonly h: Tensor; readonly c?: Tensor } | undefined): [string, Tensor][] {
  if (!state) return [];
  return state.c
    ? [
        ["h0", state.h],
        ["c0", state.c],
      ]
    : [["h0", state.h]];
}

/** Row b of each of the entries along the first axis. */
function rowsOf(x: Tensor, b: number): number[][] {
  const [length, batch, width] = x.shape;
  const numbers = numbersOf(x);
  return Array.from({ length }, (_, t) =>
    numbers.slice((t * batch + b) * width, (t * batch + b + 1) * width),
  );
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((entry, index) => {
    expect(Math.abs(entry - expected[index]), `entry ${index}`).toBeLessThan(1e-14);
  });
}
