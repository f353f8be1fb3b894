// Gradients of every option of the recurrent layers beside central differences.
import { Generator, ints, type Tensor } from "unrolled";
import type { RecurrentCall } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, reference, weighted } from "./gradients.ts";
import { layerOf, type RecurrentRow, recurrentRows } from "./recurrent-rows.ts";

/** What every row is read with. */
interface Reading {
  readonly name: string;
  readonly options: Pick<RecurrentRow["options"], "numLayers" | "direction">;
  readonly steps: number;
  readonly batch: number;
  readonly lengths?: readonly number[];
  /** Time-major. */
  readonly mask?: readonly number[];
  readonly reset?: readonly boolean[];
  readonly state: boolean;
  /** Left to the release: what another reading shows too. */
  readonly isLong?: boolean;
}

const readings: readonly Reading[] = [
  { name: "one layer", options: {}, steps: 3, batch: 2, state: true, isLong: true },
  {
    name: "two layers, both directions, unequal lengths",
    options: { numLayers: 2, direction: "bidirectional" },
    ...{ steps: 3, batch: 3, lengths: [2, 3, 1], state: false },
  },
  {
    name: "steps left out, unequal lengths, a row begins anew",
    options: {},
    ...{ steps: 4, batch: 3, lengths: [4, 3, 4], reset: [false, true, false], state: true, isLong: true },
    mask: [1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1],
  },
];

describe.each(readings)("$name", ({ isLong, ...reading }) => {
  test.each(recurrentRows)("$name", { tags: isLong ? "long" : [] }, (row) => hasRightGradients(reading, row));
});

function hasRightGradients(
  { options: more, steps, batch, lengths, mask, reset, state: given }: Reading,
  { kind, options }: RecurrentRow,
): void {
  const all = { ...{ inputSize: 2, hiddenSize: 3 }, ...more, ...options };
  const build = () => layerOf(reference, kind, { ...all, generator: new Generator(5) });
  const layer = build();
  // What begins at zero or one is moved, so that its part in the sums is seen.
  for (const [name, weight] of layer.weights) {
    if (/norm|_0/.test(name)) weight.assign(moved(weight.size));
  }
  const major = (time: number, rows: number) => (options.batchFirst ? [rows, time] : [time, rows]);
  const xs = leaf([...major(steps, batch), 2], 1, -2, 2);
  const rows = layer.numLayers * layer.directions;
  const h = leaf([rows, batch, layer.outputSize], 2);
  const c = leaf([rows, batch, layer.hiddenSize], 3);
  const state = given ? (kind === "LSTM" ? { h, c } : { h }) : undefined;
  const call: RecurrentCall = { state, lengths, reset, mask: mask && maskOf(mask, !!options.batchFirst) };
  const loss = () => {
    // Masks are drawn anew at each call, so each call is the first one of a layer made like this one, over the same weights.
    const again = build();
    for (const [name, weight] of layer.weights) again.weights.set(name, weight);
    const { outputs, state: last } = again.forward(xs, call);
    return weighted(outputs, last.h, ...(last.c ? [last.c] : []));
  };
  const leaves = new Map<string, Tensor>([...layer.namedParameters(), ["xs", xs]]);
  if (state) leaves.set("h0", state.h);
  if (state?.c) leaves.set("c0", state.c);
  // A learnt initial state is not read where all sequences are given another.
  if (given && !reset) for (const name of ["h_0", "c_0"]) leaves.delete(name);
  // A normalisation of three numbers that are nearly alike bends sharply.
  const step = options.layerNorm ? 1e-6 : undefined;
  expect(gradientErrors(leaves, loss, step)).toBe("");

  function maskOf(numbers: readonly number[], batchFirst: boolean): Tensor {
    if (!batchFirst) return ints(reference, numbers, [steps, batch]);
    const turned = numbers.map((_, place) => numbers[(place % steps) * batch + Math.floor(place / steps)]);
    return ints(reference, turned, [batch, steps]);
  }
}

function moved(length: number): Float32Array {
  const generator = new Generator(9);
  return Float32Array.from({ length }, () => generator.uniformBetween(0.5, 1.5));
}
