// What a recurrent layer's last output is: where each direction of the last layer has ended.
import { Generator, LSTM, type LSTMOptions, type Tensor } from "unrolled";
import { select, swapAxes } from "unrolled/tensor";
import { expect, test } from "vitest";
import { leaf, numbersOf, reference } from "./gradients.ts";

const lstm = (options: Partial<LSTMOptions>) =>
  new LSTM(reference, { inputSize: 2, hiddenSize: 3, ...options, generator: new Generator(5) });

const xs = leaf([4, 2, 2], 1);
const lengths = [4, 2];
const endsOf = (outputs: Tensor, width: number) => {
  const numbers = numbersOf(outputs);
  const row = (t: number, b: number) => numbers.slice((t * 2 + b) * width, (t * 2 + b + 1) * width);
  return { row };
};

test.each(["forward", "reverse"] as const)(
  "the last output of one direction is where that has ended: %s",
  (direction) => {
    const { outputs, lastOutput } = lstm({ direction, numLayers: 2 }).forward(xs, { lengths });
    const { row } = endsOf(outputs, 3);
    const ends = direction === "forward" ? [row(3, 0), row(1, 1)] : [row(0, 0), row(0, 1)];
    expect(lastOutput.shape).toEqual([2, 3]);
    expect(numbersOf(lastOutput)).toEqual(ends.flat());
  },
);

test("the last output of both directions has both ends, merged like the outputs", () => {
  const options = { direction: "bidirectional", numLayers: 2 } as const;
  const { outputs, lastOutput, state } = lstm(options).forward(xs, { lengths });
  const { row } = endsOf(outputs, 6);
  const forwards = [row(3, 0), row(1, 1)].map((ends) => ends.slice(0, 3));
  const backwards = [row(0, 0), row(0, 1)].map((ends) => ends.slice(3));
  expect(lastOutput.shape).toEqual([2, 6]);
  expect(numbersOf(lastOutput)).toEqual([0, 1].flatMap((b) => [...forwards[b], ...backwards[b]]));
  // What the last row of the state alone is: one direction.
  expect(numbersOf(select(state.h, -1))).toEqual(backwards.flat());
  const summed = lstm({ ...options, numLayers: 1, merge: "sum", batchFirst: true }).forward(swapAxes(xs));
  const [one, other] = [-2, -1].map((index) => numbersOf(select(summed.state.h, index)));
  expect(numbersOf(summed.lastOutput)).toEqual(one.map((entry, place) => entry + other[place]));
});
