import { expect, test } from "vitest";
import { trainTokenizer } from "../data/train-tokenizer.ts";
import { openDevice } from "../tensor/device.ts";
import { modelFiles } from "./folder.ts";
import { LanguageModel } from "./language-model.ts";
import { loadModel } from "./load.ts";

const device = await openDevice({ backend: "reference" });
const tokenizer = trainTokenizer({ kind: "char", text: "ab" });
const model = new LanguageModel(device, {
  cell: "gru",
  nonlinearity: "tanh",
  vocabularySize: tokenizer.vocabularySize,
  embeddingSize: 2,
  hiddenSize: 3,
  numLayers: 1,
  dropout: 0,
  tieWeights: false,
  tokenizer: "char",
});

test("a model opens from the files that training hands out", async () => {
  const opened = await loadModel(await modelFiles({ model, tokenizer }), { device });
  expect(opened.model.device).toBe(device);
  expect(await opened.model.stateDict()).toEqual(await model.stateDict());
});

test("a file that is missing is named", async () => {
  const { "model.safetensors": _, ...rest } = await modelFiles({ model, tokenizer });
  await expect(loadModel(rest, { device })).rejects.toThrow("loadModel: model.safetensors is missing");
  await expect(loadModel("no/such/folder", { device })).rejects.toThrow("config.json is missing");
});
