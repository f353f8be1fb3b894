// Whole numbers in range, wherever they come in: an index, an id or a size is used as it is, or refused by name.
import { crossEntropy, Embedding, ints, Network, openDevice, Parameter, tensor, zeros } from "unrolled";
import { padSequences } from "unrolled/data";
import { EmbeddingDropout } from "unrolled/nn";
import {
  columns,
  concat,
  convolution,
  gatherRows,
  maxPool,
  narrow,
  pad,
  reshape,
  select,
} from "unrolled/tensor";
import { expect, test } from "vitest";
import { DropoutPlace } from "../src/module/dropout-place.ts";
import { ModuleBuffer } from "../src/module/module.ts";
import { isWhole } from "../src/whole-numbers.ts";

const device = await openDevice({ backend: "wasm" });
const matrix = tensor(device, [1, 2, 3, 4, 5, 6], [3, 2]);
const channels = zeros(device, [1, 1, 4]);
const kernel = zeros(device, [1, 1, 1]);

const network = () =>
  new Network(device, {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      { name: "embed", inputs: ["ids"], config: { kind: "embedding", vocabularySize: 5, size: 2 } },
      { name: "mean", inputs: ["embed"], config: { kind: "global-pool1d", pool: "average" } },
    ],
    outputs: [{ name: "y", from: "mean" }],
  } as never);
const ids = ints(device, [1, 2], [1, 2]);

const cases: readonly [string, (value: number) => unknown, string][] = [
  ["ints", (value) => ints(device, [value]), "ints: entry 0 is"],
  ["assign", (value) => ints(device, [1]).assign([value]), "assign: entry 0 is"],
  ["select", (value) => select(matrix, value), "select: index is"],
  ["narrow, start", (value) => narrow(matrix, value), "narrow:"],
  ["narrow, end", (value) => narrow(matrix, 0, value), "narrow:"],
  ["columns", (value) => columns(matrix, 0, value), "columns:"],
  ["concat", (value) => concat([matrix], value), "concat: axis"],
  ["reshape", (value) => reshape(matrix, [value, 6]), "reshape:"],
  ["pad", (value) => pad(matrix, [value, 0, 0, 0]), "pad: pads is"],
  ["maxPool", (value) => maxPool(channels, [1], { strides: [value] }), "maxPool: strides is"],
  ["convolution", (value) => convolution(channels, kernel, undefined, { groups: value }), "groups is"],
  [
    "ignoreIndex",
    (value) => crossEntropy(matrix, ints(device, [0, 1, 0]), { ignoreIndex: value }),
    "ignoreIndex",
  ],
  ["padSequences", (value) => padSequences(device, [[value]]), "padSequences: sequence 0: entry 0 is"],
  ["padding", (value) => padSequences(device, [[1]], value), "padSequences: padding is"],
  [
    "DropoutPlace",
    (value) => new DropoutPlace().restore({ seed: value, place: 0, draw: 0 }),
    "DropoutPlace: seed is",
  ],
  ["EmbeddingDropout", (value) => new EmbeddingDropout(value - 2 ** 33, 0.5), "vocabularySize is"],
  ["Parameter", (value) => new Parameter(device, [value - 2 ** 33]), "Parameter: shape"],
  ["ModuleBuffer", (value) => new ModuleBuffer(device, [value - 2 ** 33]), "ModuleBuffer: shape"],
  ["lengths", (value) => network().forward({ ids }, { lengths: [value] }), "lengths must be 1 whole numbers"],
];

test.each(cases)("%s", (_, call, message) => {
  for (const value of [2 ** 32, 0.5, Number.NaN]) expect(() => call(value)).toThrow(message);
});

test.each([-1, 5, 1_000_000_000])("an id that a table of 5 lacks: %i", (id) => {
  const out = ints(device, [id]);
  const table = zeros(device, [5, 2], { requiresGrad: true });
  const message = `id ${id} is not one of the 5 in the table`;
  expect(() => gatherRows(table, out)).toThrow(`gatherRows: ${message}`);
  const embedding = new Embedding(device, { vocabularySize: 5, embeddingSize: 2 });
  expect(() => embedding.forward(out)).toThrow(`Embedding: ${message}`);
});

test("the steps of a network's session read whole numbers in range", () => {
  const config = network().config;
  const streamed = new Network(device, {
    ...config,
    layers: config.layers.slice(0, 1),
    outputs: [{ name: "y", from: "embed" }],
  });
  const step = (id: number) => () => streamed.session().stepInto({ ids: [id] }, { y: new Float32Array(2) });
  expect(step(4)).not.toThrow();
  expect(step(2 ** 32)).toThrow("step: input ids has 4294967296, needed whole numbers");
  expect(step(5)).toThrow("step: layer embed reads id 5, needed 0 to 4");
});

test("a value that is no number is no whole number", () => {
  for (const value of ["1", 1n, null, undefined, [1], true]) expect(isWhole(value, 0)).toBe(false);
  expect(isWhole(1, 1, 1)).toBe(true);
});
