// Writes surnames of the language that it is told: a language model whose every text has a category.
//   npm run example examples/conditioned-names.ts FOLDER    one file a language, one name a line
import { readdirSync } from "node:fs";
import { generate, type ModelFiles, openModel, train } from "unrolled";

const folder = process.argv[2];
const files = readdirSync(folder).sort();
const events = train({
  data: { train: files.map((file) => `${folder}/${file}`) },
  settings: {
    condition: "language",
    numLayers: 1,
    budget: { epochs: 3 },
    evalEvery: 0,
    sampleEvery: 0,
  },
});
let saved: ModelFiles = {};
for await (const event of events) {
  if (event.type === "model") saved = event.files;
  if (event.type !== "end" || !event.evaluation) continue;
  const { lossNats, lossNatsWithoutCondition = 0 } = event.evaluation;
  console.log(
    `${lossNats.toFixed(3)} nats a letter, ${lossNatsWithoutCondition.toFixed(3)} without the language`,
  );
}

const model = await openModel(saved, { task: "language" });
for (const file of files) {
  const condition = file.replace(".txt", "");
  const names: string[] = [];
  for (let seed = 0; seed < 3; seed++) {
    let name = "";
    for await (const piece of generate(model, "", { condition, seed })) name += piece;
    names.push(name);
  }
  console.log(`${condition}: ${names.join(", ")}`);
}
