import { describe, expect, test } from "vitest";
import { DropoutPlace } from "../module/dropout-place.ts";
import { Generator } from "../random/philox.ts";
import { GRU, LSTM, type Recurrent, type RecurrentOptions, RNN } from "../recurrent/recurrent.ts";
import { openDevice } from "../tensor/device.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import { narrow, swapAxes } from "../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";
import { EmbeddingDropout } from "./embedding-dropout.ts";

const device = await openDevice({ backend: "wasm" });
const ones = (...shape: number[]) =>
  tensor(device, new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);
const numbers = (x: Tensor) => x.toArray();

/** Rows `from` to `to` of a batch xs [T, B, …]. */
const rows = (xs: Tensor, from: number, to: number) => swapAxes(narrow(swapAxes(xs), from, to));

/** Runs a callback as the device that has the batch's rows from `firstRow` on. */
function fromRow<Result>(firstRow: number, body: () => Result): Result {
  device.firstRow = firstRow;
  try {
    return body();
  } finally {
    device.firstRow = 0;
  }
}

describe("rows of a split batch", () => {
  test.each([false, true])("have the masks that they have in the whole one, locked %s", async (locked) => {
    const drop = () => new Dropout(0.5, { generator: new Generator(3), locked });
    const whole = drop().forward(ones(3, 5, 70));
    const part = fromRow(2, () => drop().forward(ones(3, 2, 70)));
    expect(await numbers(part)).toEqual(await numbers(rows(whole, 2, 4)));
    expect(await numbers(part)).not.toEqual(await numbers(rows(whole, 0, 2)));
  });

  test("have them on the way back too, though the device has gone on to other rows", async () => {
    const xs = tensor(device, new Float32Array(140).fill(1), [2, 70], { requiresGrad: true });
    const ys = fromRow(2, () => new Dropout(0.5, { generator: new Generator(3) }).forward(xs));
    ys.backward(new Float32Array(140).fill(1));
    expect(await xs.grad!.toArray()).toEqual(await numbers(ys));
  });

  test("read the same words and the same recurrent weights", async () => {
    const words = () => new EmbeddingDropout(9, 0.5, { generator: new Generator(3) });
    const ids = ints(device, [0, 1, 2, 3, 4, 5, 6, 7, 8], [9, 1]);
    const whole = await numbers(words().forward(ones(9, 1, 2), ids));
    expect(await numbers(fromRow(4, () => words().forward(ones(9, 1, 2), ids)))).toEqual(whole);
    const gru = () =>
      new GRU(device, { inputSize: 2, hiddenSize: 8, weightDrop: 0.5, generator: new Generator(1) });
    const outputs = await numbers(gru().forward(ones(4, 1, 2)).outputs);
    expect(await numbers(fromRow(4, () => gru().forward(ones(4, 1, 2)).outputs))).toEqual(outputs);
  });
});

describe("a place", () => {
  const generator = new Generator(5);

  test("goes on where its state was taken", () => {
    const place = new DropoutPlace(new Generator(1));
    place.next(generator);
    const state = JSON.parse(JSON.stringify(place.state()));
    const expected = [place.next(generator), place.next(generator)];
    const other = new DropoutPlace(new Generator(2));
    other.restore(state);
    expect([other.next(generator), other.next(generator)]).toEqual(expected);
    expect(expected[0].draw).toBe(1);
  });

  test("without a generator draws its key at the first mask", () => {
    const place = new DropoutPlace();
    expect(place.state()).toBeNull();
    const { seed } = place.next(new Generator(7));
    expect(place.state()).toEqual({ ...new DropoutPlace(new Generator(7)).state(), draw: 1 });
    place.restore(null);
    expect(place.next(new Generator(8)).seed).not.toBe(seed);
  });

  test("refuses a state that is none", () => {
    expect(() => new DropoutPlace().restore({ seed: 1, place: 2, draw: -1 })).toThrow(
      "DropoutPlace: draw is -1, needed a whole number of at least 0",
    );
    expect(() => new DropoutPlace().restore({ seed: 0.5, place: 2, draw: 1 })).toThrow("seed is 0.5");
  });
});

describe("EmbeddingDropout", () => {
  const ids = Array.from({ length: 4000 }, (_, index) => index % 1000);
  const words = ints(device, ids, [2, 2000]);

  test("drops its share of the words, each wherever it stands, and other ones each time", async () => {
    const layer = new EmbeddingDropout(1000, 0.25, { generator: new Generator(1) });
    const first = await numbers(layer.forward(ones(2, 2000, 3), words));
    const factors = Array.from({ length: 1000 }, (_, word) => first[3 * word]);
    expect(Array.from(first)).toEqual(ids.flatMap((id) => Array(3).fill(factors[id])));
    expect(new Set(factors)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(Math.abs(factors.filter((factor) => factor === 0).length / 1000 - 0.25)).toBeLessThan(0.04);
    expect(await numbers(layer.forward(ones(2, 2000, 3), words))).not.toEqual(first);
  });

  test("is off when evaluating", async () => {
    const xs = ones(2, 2000, 3);
    expect(new EmbeddingDropout(1000, 0.5).eval().forward(xs, words)).toBe(xs);
    expect(() => new EmbeddingDropout(1000, 1)).toThrow("EmbeddingDropout: probability is 1");
  });
});

const cells: readonly (readonly [string, (options: RecurrentOptions) => Recurrent])[] = [
  ["RNN", (options) => new RNN(device, options)],
  ["LSTM", (options) => new LSTM(device, options)],
  ["GRU", (options) => new GRU(device, options)],
];

describe.each(cells)("recurrent weights of an %s", (_, build) => {
  const sizes = { inputSize: 3, hiddenSize: 9, numLayers: 2, direction: "bidirectional" } as const;
  const layer = (weightDrop: number) => build({ ...sizes, weightDrop, generator: new Generator(6) });
  const xs = ones(5, 2, 3);

  test("are dropped with one mask for a sequence, and whole when evaluating", async () => {
    const [dropping, plain] = [layer(0.4), layer(0)];
    expect(dropping.recurrentWeights.length).toBe(4);
    expect([...dropping.dropoutPlaces().keys()]).toEqual([
      "betweenLayers.0",
      ...[0, 1, 2, 3].map((index) => `recurrentWeights.${index}`),
    ]);
    const evaluated = await numbers(layer(0.4).eval().forward(xs).outputs);
    expect(evaluated).toEqual(await numbers(plain.forward(xs).outputs));
    dropping.recurrentWeights.forEach((place, index) => {
      const { weightHh } = plain.layerWeights(index >> 1, index & 1);
      const { seed, place: number, draw } = place.state()!;
      weightHh.assign(dropoutWith(weightHh, 0.4, { seed, place: number, draw }));
    });
    const outputs = await numbers(dropping.forward(xs).outputs);
    expect(outputs).toEqual(await numbers(plain.forward(xs).outputs));
    expect(outputs).not.toEqual(evaluated);
    expect(await numbers(dropping.forward(xs).outputs)).not.toEqual(outputs);
  });

  test("that no one drops have no places", () => {
    expect([...layer(0).dropoutPlaces().keys()]).toEqual(["betweenLayers.0"]);
    expect(() => layer(1)).toThrow("weightDrop is 1, needed a number from 0 to below 1");
  });
});

test("one mask for all steps between layers", async () => {
  const locked = new LSTM(device, {
    inputSize: 3,
    hiddenSize: 9,
    numLayers: 2,
    dropout: 0.5,
    lockedDropout: true,
    generator: new Generator(2),
  });
  // Layer 1 alone, reading what layer 0 put out under one mask, must give what the two gave.
  const { h: hs } = locked.forward(ones(4, 1, 3)).layers[0];
  const { seed, place, draw } = locked.betweenLayers[0].state()!;
  const counter = { seed, place, draw: draw - 1 };
  const first = new LSTM(device, { inputSize: 9, hiddenSize: 9, generator: new Generator(1) });
  for (const id of ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
    first.weights.get(`${id}_l0`)!.assign(locked.weights.get(`${id}_l1`)!);
  const dropped = dropoutWith(narrow(hs, 1, 5), 0.5, counter, { locked: true });
  locked.betweenLayers[0].restore({ ...counter });
  expect(await numbers(locked.forward(ones(4, 1, 3)).outputs)).toEqual(
    await numbers(first.forward(dropped).outputs),
  );
});
