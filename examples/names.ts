// Guesses the language of a surname: a two-layer GRU reads it letter by letter, and its last state decides.
//   npm run example examples/names.ts FOLDER    one file a language, one name a line
import { readdirSync, readFileSync } from "node:fs";
import { accuracy, crossEntropy, f1, fit, Generator, openDevice, sequential, trainTokenizer } from "unrolled";
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

const model = sequential(await openDevice({ seed: 1 }), [
  { kind: "embedding", vocabularySize: letters.vocabularySize, size: 32 },
  { kind: "gru", hiddenSize: 96, numLayers: 2, dropout: 0.2, returns: "last" },
  { kind: "linear", outputSize: languages.length },
]);
const events = fit(model, {
  data: encoded(training),
  validation: encoded(heldOut),
  batchSize: 64,
  epochs: 4,
  learningRate: 0.004,
  loss: crossEntropy,
  metrics: { accuracy: accuracy(), f1: f1() },
});
for await (const event of events) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
