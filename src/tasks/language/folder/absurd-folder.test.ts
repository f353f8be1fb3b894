// Folders whose files ask for what they do not hold: refused before anything is built.

import { beforeAll, describe, expect, test } from "vitest";
import { languageNetwork, modelWith } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { ModelFiles } from "../../../models/model-files.ts";
import { openModel } from "../../../open/open-model.ts";
import { GRU, LSTM } from "../../../recurrent/recurrent.ts";
import { type Device, openDevice } from "../../../tensor/device.ts";
import { ints, tensor } from "../../../tensor/tensor.ts";
import { modelFiles } from "./language-folder.ts";

let device: Device;
let files: ModelFiles;
/** Held, since what is collected between two looks at the heap would change how much of it is used. */
let model: ReturnType<typeof languageNetwork>;
beforeAll(async () => {
  device = await openDevice();
  const tokenizer = trainTokenizer({ kind: "char", text: "abc" });
  model = languageNetwork(device, {
    cell: "lstm",
    nonlinearity: "tanh",
    vocabularySize: tokenizer.vocabularySize,
    embeddingSize: 3,
    hiddenSize: 4,
    numLayers: 1,
    dropout: 0,
    tieWeights: false,
    tokenizer: "char",
  });
  files = await modelFiles(modelWith(model, tokenizer));
});

function withConfig(changes: Readonly<Record<string, unknown>>): ModelFiles {
  const config = JSON.parse(new TextDecoder().decode(files["config.json"]));
  const changed = JSON.stringify({ ...config, ...changes });
  return { ...files, "config.json": new TextEncoder().encode(changed) };
}

describe("a folder", () => {
  test.each([
    [{ num_layers: 1_000_000 }, "config.json: language model: numLayers is 1000000, needed at most 1000"],
    [{ num_layers: 1e300 }, "config.json: language model: numLayers is 1e+300, needed at most 1000"],
    [{ num_layers: 900 }, "tensor rnn.weight_ih_l1 [16, 4] is missing"],
    [{ hidden_size: 1e300 }, "config.json makes it [4e+300, 3]"],
    [{ hidden_size: 2 ** 40 }, "config.json makes it [4398046511104, 3]"],
    [{ embedding_size: 1e15 }, "config.json makes it "],
    [{ hidden_size: 0 }, "hiddenSize is 0, needed a whole number of at least 1"],
  ])("of %j is held against its tensors, and nothing is built", async (changes, message) => {
    const { usedBytes } = device.heap.use();
    await expect(openModel(withConfig(changes), { device })).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid-(file|argument)$/),
      message: expect.stringContaining(message),
    });
    expect(device.heap.use().usedBytes).toBe(usedBytes);
  });

  test("that nests without end is refused by its depth", async () => {
    const nested = `{"training":${'{"a":'.repeat(100_000)}0${"}".repeat(100_001)}`;
    const broken = { ...files, "config.json": new TextEncoder().encode(nested) };
    await expect(openModel(broken, { device })).rejects.toThrow("config.json: it nests 100001 deep");
  });
});

test.each([1001, 1_000_000, 1e9])("constructors refuse %s layers at once", (numLayers) => {
  expect(() => new LSTM(device, { inputSize: 1, hiddenSize: 1, numLayers })).toThrow(
    `LSTM: numLayers is ${numLayers}, needed a whole number of at least 1 and at most 1000`,
  );
});

test("constructors refuse layers that fit one by one and not together, before any is drawn", () => {
  const { usedBytes } = device.heap.use();
  const sizes = { inputSize: 8, hiddenSize: 4096, numLayers: 100 };
  expect(() => new GRU(device, sizes)).toThrow(/^GRU: heap: \d+ MiB were asked for/);
  expect(device.heap.use().usedBytes).toBe(usedBytes);
});

test("lengths as a tensor, or as anything else that is no list, are named", () => {
  const layer = new GRU(device, { inputSize: 1, hiddenSize: 2 });
  const xs = tensor(device, [1, 2, 3, 4], [2, 2, 1]);
  for (const [lengths, came] of [
    [ints(device, [1, 2]), "a tensor of shape [2]"],
    [2, "2"],
    [{}, "an object"],
    [BigInt64Array.of(1n, 2n), "[1n, 2n]"],
  ] as const) {
    const run = () => layer.forward(xs, { lengths: lengths as unknown as number[] });
    expect(run).toThrow(UnrolledError);
    expect(run).toThrow(`lengths must be 2 whole numbers from 1 to 2, got ${came}`);
  }
});
