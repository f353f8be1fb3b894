// Guesses the language of a surname: a two-layer GRU reads it letter by letter, and its last state decides.
//   npm run example examples/names.ts FOLDER    one file a language, one name a line
import { readdirSync, readFileSync } from "node:fs";
import {
  accuracy,
  crossEntropy,
  Embedding,
  f1,
  fit,
  Generator,
  GRU,
  Linear,
  Module,
  openDevice,
  type Tensor,
  trainTokenizer,
} from "unrolled";
import { stratifiedSplit } from "unrolled/data";
import { progressLine } from "unrolled/training";

const folder = process.argv[2];
const languages = readdirSync(folder).sort();
const read = (file: string) => readFileSync(`${folder}/${file}`, "utf8").trim().split("\n");
const names = languages.flatMap((file, targets) => read(file).map((name) => ({ name, targets })));
const { training, heldOut } = stratifiedSplit(names, ({ targets }) => targets, 0.1, new Generator(1));
const letters = trainTokenizer({ kind: "char", text: training.map(({ name }) => name).join("") });
const encoded = (some: typeof names) =>
  some.map(({ name, targets }) => ({ inputs: letters.encode(name), targets }));

const device = await openDevice({ seed: 1 });
class NameClassifier extends Module {
  embedding = new Embedding(device, { vocabularySize: letters.vocabularySize, embeddingSize: 32 });
  gru = new GRU(device, { inputSize: 32, hiddenSize: 96, numLayers: 2, dropout: 0.2, batchFirst: true });
  decoder = new Linear(device, { inputSize: 96, outputSize: languages.length });
  forward(ids: Tensor, call: { lengths?: readonly number[] }): Tensor {
    return this.decoder.forward(this.gru.forward(this.embedding.forward(ids), call).lastOutput);
  }
}

const events = fit(new NameClassifier(), {
  ...{ data: encoded(training), validation: encoded(heldOut), batchSize: 64, epochs: 4, learningRate: 0.004 },
  ...{ loss: crossEntropy, metrics: { accuracy: accuracy(), f1: f1() } },
});
for await (const event of events) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
