import { expect, test } from "vitest";
import { openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";
import { Embedding } from "./embedding.ts";
import { Linear } from "./linear.ts";

const options = { inputSize: 4, outputSize: 3 };

test("modules that are given no generator begin with different weights, the same for the same seed", async () => {
  const weights = async (seed: number) => {
    const device = await openDevice({ backend: "wasm", seed });
    const [one, two] = [new Linear(device, options), new Linear(device, options)];
    return [await one.weight.toArray(), await two.weight.toArray()];
  };
  const [first, again, other] = [await weights(1), await weights(1), await weights(2)];
  expect(first[0]).not.toEqual(first[1]);
  expect(again).toEqual(first);
  expect(other[0]).not.toEqual(first[0]);
});

test("two dropouts that are given no generator drop different entries", async () => {
  const device = await openDevice({ backend: "wasm" });
  const ones = tensor(device, new Float32Array(64).fill(1), [1, 64]);
  const [a, b] = [new Dropout(0.5), new Dropout(0.5)].map((dropout) => dropout.forward(ones));
  expect(await a.toArray()).not.toEqual(await b.toArray());
});

test("an embedding names an id that it does not have", async () => {
  const device = await openDevice({ backend: "wasm" });
  const embedding = new Embedding(device, { vocabularySize: 5, embeddingSize: 2 });
  expect(() => embedding.forward(ints(device, [0, 4, 5], [3]))).toThrow(
    "id 5 is not one of the 5 in the table",
  );
});
