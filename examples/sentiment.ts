// Is a sentence of a film review for or against the film? A bidirectional LSTM over words; the mean over its steps decides.
//   npm run example examples/sentiment.ts FOLDER    train.csv, dev.csv and test.csv, a line a sentence: label,sentence
import { readFileSync } from "node:fs";
import {
  accuracy,
  crossEntropy,
  Dropout,
  Embedding,
  fit,
  Linear,
  LSTM,
  Module,
  measure,
  openDevice,
  type Tensor,
  trainTokenizer,
} from "unrolled";
import { EmbeddingDropout } from "unrolled/nn";
import { progressLine } from "unrolled/training";

const [folder, ending = ".csv", epochs = "6"] = process.argv.slice(2);
const read = (part: string) =>
  readFileSync(`${folder}/${part}${ending}`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => ({ targets: Number(line[0]), text: line.slice(2).replaceAll('"', "").toLowerCase() }));
const [training, development, test] = ["train", "dev", "test"].map(read);
const text = training.map((sentence) => sentence.text).join("\n");
const words = trainTokenizer({ kind: "word", text, vocabularySize: 8000 });
const encoded = (some: typeof training) =>
  some.map((sentence) => ({ inputs: words.encode(sentence.text), targets: sentence.targets }));

const device = await openDevice({ seed: 1 });
class Reader extends Module {
  embedding = new Embedding(device, { vocabularySize: words.vocabularySize, embeddingSize: 64 });
  dropWords = new EmbeddingDropout(words.vocabularySize, 0.2);
  drop = new Dropout(0.5);
  lstm = new LSTM(device, { inputSize: 64, hiddenSize: 64, direction: "bidirectional", batchFirst: true });
  decoder = new Linear(device, { inputSize: 128, outputSize: 2 });
  forward(ids: Tensor, call: { lengths?: readonly number[] }): Tensor {
    const read = this.drop.forward(this.dropWords.forward(this.embedding.forward(ids), ids));
    return this.decoder.forward(this.drop.forward(this.lstm.forward(read, call).lastOutput));
  }
}
const model = new Reader();
const learning = { loss: crossEntropy, metrics: { accuracy: accuracy() } };
const data = { data: encoded(training), validation: encoded(development) };
for await (const event of fit(model, {
  ...learning,
  ...data,
  epochs: Number(epochs),
  learningRate: 0.002,
})) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
const found = await measure(model, { data: encoded(test), ...learning });
console.log(`test: ${(100 * found.accuracy).toFixed(1)} % of ${test.length} sentences`);
