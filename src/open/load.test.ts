import { expect, test } from "vitest";
import { languageNetwork, modelWith } from "../../test/language-parts.ts";
import { trainTokenizer } from "../data/tokenizers/train-tokenizer.ts";
import { modelFiles } from "../tasks/language/folder/language-folder.ts";
import { openDevice } from "../tensor/device.ts";
import { openModel } from "./open-model.ts";

const device = await openDevice({ backend: "reference" });
const tokenizer = trainTokenizer({ kind: "char", text: "ab" });
const model = languageNetwork(device, {
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
  const opened = await openModel(await modelFiles(modelWith(model, tokenizer)), { device, task: "language" });
  expect(opened.network.device).toBe(device);
  expect(await opened.network.stateDict()).toEqual(await model.stateDict());
});

test("a file that is missing is named", async () => {
  const { "model.safetensors": _, ...rest } = await modelFiles(modelWith(model, tokenizer));
  await expect(openModel(rest, { device })).rejects.toThrow("openModel: model.safetensors is missing");
  await expect(openModel("no/such/folder", { device })).rejects.toThrow(
    "openModel: no/such/folder is missing",
  );
});
