// From one sequence to another: an encoder-decoder with attention learns to write words backwards, and says where it looked.
//   npm run example examples/reverse.ts
import { Generator, type ModelFiles, openModel, train } from "unrolled";

const generator = new Generator(1);
const words = Array.from({ length: 3000 }, () => {
  const letters = Array.from({ length: 1 + generator.integer(7) }, () => "dehlorwa"[generator.integer(8)]);
  return { source: letters.join(""), target: letters.toReversed().join("") };
});

let files: ModelFiles | undefined;
const settings = {
  tokenizer: "char",
  embeddingSize: 32,
  hiddenSize: 64,
  dropout: 0,
  labelSmoothing: 0,
  learningRate: 0.01,
  threads: 1,
  budget: { epochs: 10 },
} as const;
for await (const event of train({ task: "translate", data: { train: words }, settings })) {
  if (event.type === "eval") console.log(JSON.stringify(event));
  if (event.type === "model") files = event.files;
}

const model = await openModel(files!, { task: "translate" });
const { target, sourceTokens, targetTokens, alignment } = await model.predict("hello");
console.log(target);
for (const [u, shares] of alignment.entries())
  console.log(`${targetTokens[u]} looked at ${sourceTokens[shares.indexOf(Math.max(...shares))]}`);
