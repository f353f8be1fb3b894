// Guesses the language of a surname: a two-layer GRU reads it letter by letter, and its last state decides.
import { readdirSync, readFileSync } from "node:fs";
import { AdamW, Generator, ints, openDevice, type Tensor, trainTokenizer } from "unrolled";
import { batches, padSequences, stratifiedSplit } from "unrolled/data";
import * as nn from "unrolled/nn";
import { argmax, select } from "unrolled/tensor";

const folder = process.argv[2] ?? "../shared/data/names-by-language"; // One file a language, one name a line.
const languages = readdirSync(folder).sort();
const read = (file: string) => readFileSync(`${folder}/${file}`, "utf8").trim().split("\n");
const names = languages.flatMap((file, language) => read(file).map((name) => ({ name, language })));
const device = await openDevice();
const generator = new Generator(1);
const { training, heldOut } = stratifiedSplit(names, ({ language }) => language, 0.1, generator);
const letters = training.map(({ name }) => name).join("");
const { vocabularySize, encode } = trainTokenizer({ kind: "char", text: letters });
class NameClassifier extends nn.Module {
  embedding = new nn.Embedding(device, { vocabularySize, embeddingSize: 32, generator });
  gru = new nn.GRU(device, { inputSize: 32, hiddenSize: 96, numLayers: 2, dropout: 0.2, generator });
  decoder = new nn.Linear(device, { inputSize: 96, outputSize: languages.length, generator });
  forward(batch: typeof names): Tensor {
    const encoded = batch.map(({ name }) => encode(name));
    const { ids, lengths } = padSequences(device, encoded);
    const { state } = this.gru.forward(this.embedding.forward(ids), { lengths });
    return this.decoder.forward(select(state.h, -1));
  }
}
const model = new NameClassifier();
const optimiser = new AdamW(model.parameters(), { learningRate: 0.004 });
for (let epoch = 1; epoch <= 4; epoch++)
  for (const batch of batches(training, 64, generator)) {
    const targets = batch.map(({ language }) => language);
    device.scope(() => nn.crossEntropy(model.forward(batch), ints(device, targets)).backward());
    optimiser.step();
    optimiser.zeroGrad();
  }
model.eval();
const guesses = await argmax(device.withoutGradients(() => model.forward(heldOut))).toArray();
const right = heldOut.filter(({ language }, index) => guesses[index] === language).length;
console.log(`${((100 * right) / heldOut.length).toFixed(1)} % of ${heldOut.length} held-out names`);
