// Words and how they sound, of CMU's dictionary (https://www.npmjs.com/package/cmu-pronouncing-dictionary), and how well a model spells them out.
//   npm install --no-save cmu-pronouncing-dictionary@3.0.0
//   node bench/cmudict.mjs split folder 1                  writes folder/train.tsv, val.tsv and test.tsv, drawn with seed 1
//   node bench/cmudict.mjs measure models/spell folder/test.tsv
// A tenth of the words is the test part and a twentieth the validation part; all that is known of a word is in one part. Sounds are 39, their
// stress left out. A word is right if it is one of its pronunciations, and edits are counted to the nearest of them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editDistance } from "../dist/entries/training.js";
import { Generator, openModel } from "../dist/index.js";

const [what, first, second] = process.argv.slice(2);
if (second === undefined || !["split", "measure"].includes(what)) {
  console.error("usage: cmudict.mjs split FOLDER SEED | cmudict.mjs measure MODEL TEST.tsv");
  process.exit(2);
}
await (what === "split" ? split(first, Number(second)) : measure(first, second));

async function split(folder, seed) {
  const { dictionary } = await import("cmu-pronouncing-dictionary");
  const sounds = new Map();
  for (const [entry, said] of Object.entries(dictionary)) {
    // A word's other pronunciations are word(2), word(3).
    const word = entry.replace(/\(\d+\)$/, "");
    if (!/^[a-z]+('[a-z]+)?$/.test(word)) continue;
    const own = sounds.get(word) ?? new Set();
    sounds.set(word, own.add(said.replace(/\d/g, "").replace(/ #.*$/, "")));
  }
  const words = [...sounds.keys()];
  const order = [...new Generator(seed).permutation(words.length)].map((at) => words[at]);
  const [test, val] = [Math.floor(words.length / 10), Math.floor(words.length / 20)];
  mkdirSync(folder, { recursive: true });
  for (const [part, own] of [
    ["test", order.slice(0, test)],
    ["val", order.slice(test, test + val)],
    ["train", order.slice(test + val)],
  ]) {
    const lines = own.flatMap((word) => [...sounds.get(word)].map((said) => `${word}\t${said}`));
    writeFileSync(join(folder, `${part}.tsv`), `${lines.join("\n")}\n`);
    console.log(`${part}: ${own.length} words, ${lines.length} pronunciations`);
  }
}

async function measure(folder, table) {
  const model = await openModel(folder, { task: "translate" });
  const known = new Map();
  for (const line of readFileSync(table, "utf8").trimEnd().split("\n")) {
    const [word, said] = line.split("\t");
    known.set(word, [...(known.get(word) ?? []), said.split(" ")]);
  }
  const found = await model.predictAll([...known.keys()].map((source) => ({ source, beam: 5 })));
  let [edits, sounds, wrong] = [0, 0, 0];
  for (const { source, target } of found) {
    const said = target.split(" ");
    const nearest = known
      .get(source)
      .map((reference) => ({ reference, count: editDistance(reference, said) }))
      .reduce((best, each) => (each.count < best.count ? each : best));
    edits += nearest.count;
    sounds += nearest.reference.length;
    if (nearest.count > 0) wrong += 1;
  }
  const share = (part, whole) => Number((part / whole).toFixed(4));
  console.log(
    JSON.stringify({
      words: known.size,
      phonemeErrorRate: share(edits, sounds),
      wordErrorRate: share(wrong, known.size),
    }),
  );
}
