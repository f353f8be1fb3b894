import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { weightsAlone } from "./weights-alone.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/keras/${name}`, import.meta.url)));

test("the arrays of a file without a configuration, by their paths", () => {
  expect([...weightsAlone(fixture("weights-alone.h5"))!]).toEqual([
    ["/lstm_0/lstm_0/bias:0", [12]],
    ["/lstm_0/lstm_0/kernel:0", [3, 12]],
    ["/lstm_0/lstm_0/recurrent_kernel:0", [3, 12]],
  ]);
});

test("an optimiser's memory and the seeds of dropout are no part of the model", () => {
  const found = [...weightsAlone(fixture("library/trained.weights.h5"))!];
  expect(found.map(([name]) => name.split("/")[1])).toEqual(found.map(() => "layers"));
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  // Conv1D 40, BatchNormalization 16, LSTM 144, GRU 81, Dense 8
  expect(found.reduce((sum, [, shape]) => sum + size(shape), 0)).toBe(289);
});

test("a whole model, and what is not HDF5, is none of these", () => {
  expect(weightsAlone(fixture("causal.h5"))).toBeUndefined();
  expect(weightsAlone(fixture("functional.keras"))).toBeUndefined();
});

test("groups in a circle end with an error", () => {
  const inner = { members: new Map() };
  const bytes = writeHdf5({
    members: new Map([
      ["again", inner],
      ["once more", inner],
    ]),
  });
  // Every symbol in the tables leads to the root's header, which the superblock names at byte 64.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const root = view.getUint32(64, true);
  const nodes = [...new TextDecoder("latin1").decode(bytes).matchAll(/SNOD/g)].map(({ index }) => index);
  for (const node of nodes)
    for (let entry = 0; entry < view.getUint16(node + 6, true); entry++)
      view.setUint32(node + 8 + 40 * entry + 8, root, true);
  expect(() => weightsAlone(bytes)).toThrow(/a member of a group takes .* no more than .* are allowed/);
});
