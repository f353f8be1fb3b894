import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readKeras } from "./read-keras.ts";
import { readKerasArrays } from "./read-keras-arrays.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/keras/${name}`, import.meta.url)));

test("arrays of files of weights alone and of whole models, by their paths", async () => {
  const shapes = async (name: string) =>
    Object.fromEntries(
      Object.entries(await readKerasArrays(fixture(name))).map(([path, { shape }]) => [path, shape]),
    );
  expect(await shapes("weights-alone.h5")).toEqual({
    "lstm_0/lstm_0/bias:0": [12],
    "lstm_0/lstm_0/kernel:0": [3, 12],
    "lstm_0/lstm_0/recurrent_kernel:0": [3, 12],
  });
  expect(await shapes("library/mask-given.keras")).toMatchObject({
    "layers/embedding/vars/0": [7, 3],
    "layers/lstm/cell/vars/0": [3, 12],
  });
  expect(await shapes("library/trained.weights.h5")).toMatchObject({ "optimizer/vars/2": [3, 3, 4] });
});

test("their numbers are those that the model has", async () => {
  const { tensors } = await readKeras(fixture("library/mask-given.keras"));
  const arrays = await readKerasArrays(fixture("library/mask-given.keras"));
  expect(arrays["layers/embedding/vars/0"].data).toEqual(tensors["table.weight"].data);
});

test.each([
  [
    "another file",
    new TextEncoder().encode("{}"),
    "the file is neither HDF5 (.h5) nor a zip archive (.keras)",
  ],
  ["a damaged one", fixture("weights-alone.h5").subarray(0, 900), "readKerasArrays: "],
])("%s is refused", async (_, bytes, message) => {
  await expect(readKerasArrays(bytes)).rejects.toThrow(message);
});
