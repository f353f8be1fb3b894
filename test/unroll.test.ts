// Cells made of tensor operations, unrolled: beside the layers that have kernels of their own, and by central differences.
import { Generator, LSTM, type Tensor, tensor, zeros } from "unrolled";
import { type UnrolledCell, unroll } from "unrolled/nn";
import { add, chooseRows, columns, concat, linear, multiply, reshape, sigmoid, tanh } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

interface State {
  readonly h: Tensor;
  readonly c: Tensor;
}

/** The LSTM's equations over the weights of a layer in one direction. */
function written(layer: LSTM, direction = 0): UnrolledCell<State> {
  const { weightIh, weightHh, biasIh, biasHh } = layer.layerWeights(0, direction);
  const size = layer.hiddenSize;
  return {
    step(x, { h, c }) {
      const sums = add(linear(x, weightIh, biasIh), linear(h, weightHh, biasHh));
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => columns(sums, gate * size, (gate + 1) * size));
      const next = add(multiply(sigmoid(f), c), multiply(sigmoid(i), tanh(g)));
      const output = multiply(sigmoid(o), tanh(next));
      return { output, state: { h: output, c: next } };
    },
  };
}

const build = (bidirectional = false) =>
  new LSTM(reference, {
    inputSize: 2,
    hiddenSize: 3,
    direction: bidirectional ? "bidirectional" : "forward",
    generator: new Generator(1),
  });
const xs = leaf([4, 3, 2], 1);
const start = { h: leaf([3, 3], 2), c: leaf([3, 3], 3) };
const given = { h: reshape(start.h, [1, 3, 3]), c: reshape(start.c, [1, 3, 3]) };

function near(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const entries = numbersOf(expected);
  numbersOf(found).forEach((entry, place) => {
    expect(entry, `[${place}]`).toBeCloseTo(entries[place], 12);
  });
}

describe("an LSTM written from tensor operations is the LSTM", () => {
  test.each([[undefined], [[4, 1, 3]], [[3, 1, 2]]])("lengths %j", (lengths) => {
    const layer = build();
    const expected = layer.forward(xs, { state: given, lengths });
    const found = unroll(written(layer), xs, start, { lengths });
    near(found.outputs, expected.outputs);
    near(reshape(found.state.h, [1, 3, 3]), expected.state.h);
    near(reshape(found.state.c, [1, 3, 3]), expected.state.c!);
  });

  test.each([[undefined], [[4, 1, 3]], [[3, 1, 2]]])("in both directions, lengths %j", (lengths) => {
    const layer = build(true);
    const zero = { h: zeros(reference, [3, 3]), c: zeros(reference, [3, 3]) };
    const ways = [0, 1].map((direction) =>
      unroll(written(layer, direction), xs, zero, { lengths, reverse: direction === 1 }),
    );
    const expected = layer.forward(xs, { lengths });
    near(concat(ways.map(({ outputs }) => outputs)), expected.outputs);
    near(
      concat(
        ways.map(({ state }) => reshape(state.c, [1, 3, 3])),
        0,
      ),
      expected.state.c!,
    );
  });

  test.each([
    [false, [2, 4, 1]],
    [true, [2, 4, 1]],
    [false, [2, 3, 1]],
    [true, [2, 3, 1]],
  ])("gradients, reverse %s, lengths %j", (reverse, lengths) => {
    const layer = build();
    const inputs = new Map([...layer.namedParameters(), ["xs", xs], ["h", start.h], ["c", start.c]]);
    const loss = () => {
      const { outputs, state } = unroll(written(layer), xs, start, { lengths, reverse });
      return weighted(outputs, state.h, state.c);
    };
    expect(gradientErrors(inputs, loss)).toBe("");
  });
});

test("a state may be a tensor, an array or an object, nested, of any shape", () => {
  const cell: UnrolledCell<{
    readonly sum: Tensor;
    readonly past: readonly Tensor[];
    readonly unused: undefined;
  }> = {
    step: (x, { sum, past: [last] }) => ({
      output: concat([sum, reshape(last, [2, 1])]),
      state: { sum: add(sum, x), past: [reshape(x, [2, 1, 1])], unused: undefined },
    }),
  };
  const steps = tensor(reference, [1, 10, 2, 20, 3, 30], [3, 2, 1]);
  const from = { sum: zeros(reference, [2, 1]), past: [zeros(reference, [2, 1, 1])], unused: undefined };
  const { outputs, state } = unroll(cell, steps, from, { lengths: [3, 2] });
  expect(outputs.shape).toEqual([3, 2, 2]);
  expect([numbersOf(state.sum), numbersOf(state.past[0])]).toEqual([
    [6, 30],
    [3, 20],
  ]);
  const running = unroll(
    { step: (x, sum: Tensor) => ({ output: sum, state: add(sum, x) }) },
    steps,
    zeros(reference, [2, 1]),
  );
  expect([numbersOf(running.outputs), numbersOf(running.state)]).toEqual([
    [0, 0, 1, 10, 3, 30],
    [6, 60],
  ]);
});

test("what stands after a sequence's end does not count, whatever it is", () => {
  const steps = tensor(reference, [1, 10, 2, Number.NaN], [2, 2, 1]);
  const sum = { step: (x: Tensor, before: Tensor) => ({ output: add(before, x), state: add(before, x) }) };
  const { outputs, state } = unroll(sum, steps, zeros(reference, [2, 1]), { lengths: [2, 1] });
  expect(numbersOf(outputs)).toEqual([1, 10, 3, 0]);
  expect(numbersOf(state)).toEqual([3, 10]);
});

test("rows are chosen one by one", () => {
  const [yes, no] = [tensor(reference, [1, 2, 3, 4], [4]), tensor(reference, [5, 6, 7, 8], [4])];
  expect(numbersOf(chooseRows([true, false, false, true], yes, no))).toEqual([1, 6, 7, 4]);
  expect(numbersOf(chooseRows([false, true, false, true], yes))).toEqual([0, 2, 0, 4]);
});

test("wrong arguments are named", () => {
  const cell = { step: (x: Tensor, state: Tensor) => ({ output: x, state: add(state, x) }) };
  const zero = zeros(reference, [3, 2]);
  expect(() => unroll(cell, xs, zero, { lengths: [4, 5, 1] })).toThrow(
    "unroll: lengths must be 3 whole numbers from 1 to 4, got [4, 5, 1]",
  );
  expect(() => unroll(cell, leaf([3], 1), zero)).toThrow("unroll: input has shape [3], needed [T, B, …]");
  expect(() => unroll(cell, xs, zeros(reference, [2]), { lengths: [3, 1, 1], reverse: true })).toThrow(
    "unroll: step made [3, 2] of a state that was [2]",
  );
  const narrowing = { step: (x: Tensor, state: Tensor) => ({ output: reshape(x, [6]), state }) };
  expect(() => unroll(narrowing, xs, zero, { lengths: [3, 1, 1] })).toThrow(
    "unroll: step made [6] where sequences of unequal length need the first axis to be B, 3",
  );
  const growing = { step: (x: Tensor, state: Tensor[]) => ({ output: x, state: [...state, x] }) };
  expect(() => unroll(growing, xs, [], { lengths: [2, 1, 1] })).toThrow(
    "unroll: step made an array of 2 of a state that was an array of 1",
  );
  expect(() => chooseRows([true], xs)).toThrow("chooseRows: 1 choices between [4, 3, 2] and zeros");
});
