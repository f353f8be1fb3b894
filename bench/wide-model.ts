// An untrained model with the vocabulary of the explorer's own: how fast a page draws does not depend on what it has learnt.
import { readFileSync } from "node:fs";
import { LanguageModel, languageModel, type ModelFiles, Network, openDevice } from "unrolled";
import { tokenizerFromJSON } from "unrolled/data";

/** The files of an LSTM with so many units. */
export async function writeWideModel(hiddenSize: number): Promise<ModelFiles> {
  const file = new URL("../web/public/model/tokenizer.json", import.meta.url);
  const tokenizer = tokenizerFromJSON(JSON.parse(readFileSync(file, "utf8")));
  const sizes = { vocabularySize: tokenizer.vocabularySize, embeddingSize: 32, hiddenSize, numLayers: 1 };
  const config = {
    cell: "lstm",
    nonlinearity: "tanh",
    ...sizes,
    dropout: 0,
    tieWeights: false,
    tokenizer: "char",
  } as const;
  const network = new Network(await openDevice({ backend: "wasm" }), languageModel(config));
  return new LanguageModel({ network, config, tokenizer }).files();
}
