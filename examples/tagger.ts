// Finds names in text: a bidirectional LSTM reads a sentence and tags each word (BIO). Measured by whole spans, as conlleval does.
//   npm run example examples/tagger.ts FOLDER    train.conll and dev.conll: word TAB tag, a blank line between sentences
import { readFileSync } from "node:fs";
import { fit, openDevice, type Tensor } from "unrolled";
import * as nn from "unrolled/nn";
import { reshape } from "unrolled/tensor";
import { progressLine, spanF1 } from "unrolled/training";

const [folder, epochs = "8"] = process.argv.slice(2);
const read = (part: string) =>
  readFileSync(`${folder}/${part}.conll`, "utf8")
    .trim()
    .split(/\n\s*\n/)
    .map((sentence) => sentence.split("\n").map((line) => line.trim().split("\t") as [string, string]));
const [training, development] = [read("train"), read("dev")];
const tags = [...new Set(training.flat().map(([, tag]) => tag))].sort();
// A word is its lower case where that is known, and else what it looks like: Xx for Paris, d for 2017.
const counts = new Map<string, number>();
for (const [word] of training.flat())
  counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
const looks = (word: string) =>
  word
    .replace(/[a-z]+/g, "x")
    .replace(/[A-Z]+/g, "X")
    .replace(/\d+/g, "d")
    .slice(0, 6);
const vocabulary = new Map<string, number>();
const idOf = (key: string, learns: boolean) => {
  if (learns && !vocabulary.has(key)) vocabulary.set(key, vocabulary.size + 1);
  return vocabulary.get(key) ?? 0;
};
const known = (word: string) => ((counts.get(word.toLowerCase()) ?? 0) > 1 ? word.toLowerCase() : "?");
const encoded = (sentences: typeof training, learns: boolean) =>
  sentences.map((sentence) => ({
    inputs: sentence.map(([word]) => [idOf(known(word), learns), idOf(`look ${looks(word)}`, learns)]),
    targets: sentence.map(([, tag]) => tags.indexOf(tag)),
  }));
const [data, validation] = [encoded(training, true), encoded(development, false)];

const device = await openDevice({ seed: 1 });
class Tagger extends nn.Module {
  embedding = new nn.Embedding(device, { vocabularySize: vocabulary.size + 1, embeddingSize: 48 });
  drop = new nn.Dropout(0.4);
  lstm = new nn.LSTM(device, { inputSize: 96, hiddenSize: 64, direction: "bidirectional", batchFirst: true });
  decoder = new nn.Linear(device, { inputSize: 128, outputSize: tags.length });
  /** Ids of words and of their looks [B, T, 2] to logits of tags [B, T, V]. */
  forward(ids: Tensor, call: { lengths?: readonly number[] }): Tensor {
    const [batch, steps] = ids.shape;
    const both = reshape(this.embedding.forward(ids), [batch, steps, 96]);
    return this.decoder.forward(this.drop.forward(this.lstm.forward(this.drop.forward(both), call).outputs));
  }
}
const learning = { loss: nn.crossEntropy, metrics: { f1: spanF1(tags) }, learningRate: 0.004 };
for await (const event of fit(new Tagger(), { data, validation, ...learning, epochs: Number(epochs) })) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
