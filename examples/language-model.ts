// A language model in ten lines: learns a text by heart, character by character, and recites it. Any text file will do.
import { readFileSync } from "node:fs";
import { generate, type ModelFiles, openModel, train } from "unrolled";

const text = readFileSync(process.argv[2] ?? "LICENSE", "utf8");
const training = { budget: { steps: 400 }, batchSize: 4, learningRate: 0.003, valFraction: 0 };
const settings = { ...training, hiddenSize: 128, dropout: 0 };
let files: ModelFiles = {};
for await (const event of train({ data: { text }, settings })) {
  if (event.type === "step") console.log(`step ${event.step}: ${event.lossNats.toFixed(2)} nats`);
  if (event.type === "model") files = event.files;
}
const model = await openModel(files, { task: "language" });
for await (const piece of generate(model, text.slice(0, 11), { temperature: 0.5 }))
  process.stdout.write(piece);
