// A layers model of TensorFlow.js, model.json and the weights beside it: ids, where 0 is padding, to the scores of two classes.
import { readFileSync } from "node:fs";
import { openModel } from "unrolled";

const folder = process.argv[2] ?? "test/fixtures/examples/tensorflow-js";
const texts = [
  [1, 2, 3, 4],
  [5, 6, 0, 0],
  [3, 0, 0, 0],
];

// By its path, or by a URL in a browser; or from bytes that are at hand, with what reads the files that it names.
const byPath = await openModel(`${folder}/model.json`);
const byBytes = await openModel(readFileSync(`${folder}/model.json`), {
  read: async (name) => readFileSync(`${folder}/${name}`),
});
for (const model of [byPath, byBytes]) {
  const [{ name }] = model.inputs;
  const [{ shape, data }] = Object.values(await model.run({ [name]: texts }));
  for (const [row, text] of texts.entries()) {
    const scores = Array.from(data).slice(row * shape[1], (row + 1) * shape[1]);
    console.log(`${text.join(" ")}: ${scores.map((score) => score.toFixed(4)).join(" ")}`);
  }
}
