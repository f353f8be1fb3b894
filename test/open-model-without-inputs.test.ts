// Every kind of opened model says what it needs when it is given nothing, or something that holds no inputs.

import { readFileSync } from "node:fs";
import { type Model, openDevice, openModel, trainTokenizer } from "unrolled";
import { expect, test } from "vitest";
import { modelFiles } from "../src/tasks/language/folder/language-folder.ts";
import { languageNetwork, modelWith } from "./language-parts.ts";

const device = await openDevice({ backend: "reference" });
const fixture = (name: string) =>
  openModel(new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url))), { device });

async function languageModel(): Promise<Model> {
  const tokenizer = trainTokenizer({ kind: "char", text: "abc" });
  const model = languageNetwork(device, {
    ...{ cell: "gru", nonlinearity: "tanh", dropout: 0, tieWeights: false, tokenizer: "char" },
    ...{ vocabularySize: tokenizer.vocabularySize, embeddingSize: 2, hiddenSize: 3, numLayers: 1 },
  });
  return openModel(await modelFiles(modelWith(model, tokenizer)), { device });
}

test.each<[string, () => Promise<Model>]>([
  ["a network", () => fixture("keras/gru-reset-after.h5")],
  ["an ONNX graph", () => fixture("examples/smoother.onnx")],
  ["a language model", languageModel],
])("%s", async (_, open) => {
  const model = await open();
  const session = model.session();
  for (const inputs of [undefined, null, 7, "abc"]) {
    const said = {
      code: "invalid-argument",
      message: expect.stringContaining(`inputs is ${inputs}, needed`),
    };
    await expect(model.run(inputs as never)).rejects.toMatchObject(said);
    expect(() => session.step(inputs as never)).toThrow(expect.objectContaining(said));
  }
});
