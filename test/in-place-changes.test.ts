// A number that an operation read is changed before backward() has been there: an error where the gradients would be other ones
// now, and no error where they would not.
import {
  binaryCrossEntropy,
  crossEntropy,
  Generator,
  GRU,
  ints,
  LayerNorm,
  LSTM,
  type LSTMOptions,
  RNN,
  type Tensor,
  tensor,
} from "unrolled";
import type { Recurrent } from "unrolled/nn";
import { gatherRows, reshape, softmax, square, tanh } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { leaf, numbersOf, reference, weighted } from "./gradients.ts";
import { operationCases } from "./operation-cases.ts";

const MESSAGE =
  /^backward: a tensor of shape \[[\d, ]+\] was changed in place after an operation had read it/;

/** Leaves by name, and what is computed from them. */
interface Case {
  readonly leaves: Readonly<Record<string, Tensor>>;
  readonly run: () => Tensor;
}

const recurrentCase = (
  Layer: typeof RNN | typeof LSTM | typeof GRU,
  more: Partial<LSTMOptions> = {},
): Case => {
  const options = { inputSize: 2, hiddenSize: 3, ...more, generator: new Generator(5) };
  const layer: Recurrent = new Layer(reference, options as never);
  const [xs, h, c] = [leaf([4, 2, 2], 1), leaf([1, 2, layer.outputSize], 2), leaf([1, 2, 3], 3)];
  const state = Layer === LSTM ? { h, c } : { h };
  return {
    leaves: { xs, ...state, ...Object.fromEntries(layer.namedParameters()) },
    run: () => layer.forward(xs, { state }).outputs,
  };
};

/** Makes each case anew, so that nothing is left of an earlier run. */
const CASES: Readonly<Record<string, () => Case>> = {
  ...Object.fromEntries(
    operationCases(reference).map(([name], index) => [
      name,
      () => {
        const [, leaves, run] = operationCases(reference)[index];
        return { leaves, run };
      },
    ]),
  ),
  RNN: () => recurrentCase(RNN),
  LSTM: () => recurrentCase(LSTM),
  "LSTM with every weight": () =>
    recurrentCase(LSTM, { projectionSize: 2, peepholes: true, layerNorm: true }),
  GRU: () => recurrentCase(GRU),
  LayerNorm: () => {
    const layer = new LayerNorm(reference, 5);
    const x = leaf([3, 5], 1);
    return { leaves: { x, ...Object.fromEntries(layer.namedParameters()) }, run: () => layer.forward(x) };
  },
  crossEntropy: () => {
    const logits = leaf([3, 4], 1);
    return { leaves: { logits }, run: () => crossEntropy(logits, ints(reference, [0, 3, 2])) };
  },
  binaryCrossEntropy: () => {
    const [logits, targets] = [leaf([3], 1), tensor(reference, [0, 1, 0.5])];
    return { leaves: { logits, targets }, run: () => binaryCrossEntropy(logits, targets) };
  },
};

const changedNumbers = (x: Tensor) => numbersOf(x).map((entry) => 0.3 - 2 * entry);

/** The gradients of all leaves after one of them was changed between forward and backward. */
function gradients({ leaves, run }: Case, change: () => void): (number[] | undefined)[] {
  const loss = weighted(run());
  change();
  loss.backward();
  return Object.values(leaves).map(({ grad }) => grad && numbersOf(grad));
}

describe.each(Object.entries(CASES))("%s", (_, fresh) => {
  test.each(Object.keys(fresh().leaves))("%s", (name) => {
    const right = gradients(fresh(), () => {});
    const behind = fresh();
    // Behind the back of the tensor, so that nobody notices.
    const unnoticed = gradients(behind, () => {
      const { offset } = behind.leaves[name];
      reference.heap.floats().set(changedNumbers(behind.leaves[name]), offset);
    });
    const seen = fresh();
    const noticed = () =>
      gradients(seen, () => void seen.leaves[name].assign(changedNumbers(seen.leaves[name])));
    if (JSON.stringify(unnoticed) === JSON.stringify(right)) expect(noticed()).toEqual(right);
    else {
      expect(noticed).toThrow(MESSAGE);
      expect(Object.values(seen.leaves).map(({ grad }) => grad)).toEqual(right.map(() => undefined));
    }
  });
});

test("names the shape", () => {
  const x = leaf([2, 3], 1);
  const loss = weighted(square(x));
  x.assign(numbersOf(x));
  expect(() => loss.backward()).toThrow("a tensor of shape [2, 3] was changed in place");
});

test("results and whole numbers that are read again count too, and what is changed after backward() does not", () => {
  const gru = new GRU(reference, { inputSize: 3, hiddenSize: 2, generator: new Generator(5) });
  const read = (x: Tensor) => gru.forward(reshape(x, [2, 1, 3])).outputs;
  for (const operation of [tanh, softmax, read]) {
    const x = leaf([2, 3], 1);
    const y = operation(x);
    const loss = weighted(y);
    y.assign(numbersOf(y));
    expect(() => loss.backward()).toThrow(MESSAGE);
    weighted(operation(x)).backward();
    x.assign(numbersOf(x));
    weighted(operation(x)).backward();
  }
  const [table, ids] = [leaf([4, 2], 1), ints(reference, [1, 3])];
  const loss = weighted(gatherRows(table, ids));
  ids.assign([0, 0]);
  expect(() => loss.backward()).toThrow("a tensor of shape [2] was changed in place");
});
