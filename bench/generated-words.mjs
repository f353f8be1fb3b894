// `node bench/generated-words.mjs FILE`: a text of a million words, as many as the Penn Treebank has, from 12,000 by Zipf's law, half
// of them decided by the word before. What it says is nothing; it is for measuring how long word-level models train.
import { writeFileSync } from "node:fs";

const WORDS = 1_003_000;
const VOCABULARY = 12_000;
const LINE = 21;
const syllables = "ka lo mi ren tu sa vel or in da pe qui no bra shi ten".split(" ");

let state = 12345;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const vocabulary = Array.from({ length: VOCABULARY }, (_, index) => {
  let word = "";
  for (let rest = index + 17; rest > 0; rest = Math.floor(rest / 16)) word += syllables[rest % 16];
  return word;
});
const sums = [];
for (let rank = 0; rank < VOCABULARY; rank++) sums.push((sums[rank - 1] ?? 0) + 1 / (rank + 2.7));

function draw() {
  const place = random() * sums[VOCABULARY - 1];
  let low = 0;
  let high = VOCABULARY - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("generated-words: name the file to write");
  process.exit(2);
}
const text = [];
let previous = 0;
for (let index = 0; index < WORDS; index++) {
  previous = random() < 0.5 ? (previous * 7 + 3) % 500 : draw();
  text.push(vocabulary[previous]);
  if (index % LINE === LINE - 1) text.push("\n");
}
writeFileSync(file, text.join(" "));
