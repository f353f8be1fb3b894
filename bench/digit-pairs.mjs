// Strings of digits and what becomes of them, as pairs apart by tabs: `node bench/digit-pairs.mjs reverse 10000 1 20 1 > train.tsv`
// writes 10,000 strings of 1 to 20 digits, drawn with seed 1, and the same backwards; with `sort`, the same sorted. Strings of one file are
// all different where there are enough of them, and those of seeds 1 and 2 differ as far as random draws do; --without leaves out another
// file's.
import { readFileSync } from "node:fs";
import { Generator } from "../dist/index.js";

const [what, count, least, most, seed, without] = process.argv.slice(2);
const made = { reverse: (digits) => digits.toReversed(), sort: (digits) => digits.toSorted() }[what];
if (!made || ![count, least, most, seed].every((each) => Number.isInteger(Number(each)))) {
  console.error(
    "usage: digit-pairs.mjs reverse|sort COUNT SHORTEST LONGEST SEED [FILE WHOSE STRINGS ARE LEFT OUT]",
  );
  process.exit(2);
}
const seen = new Set(
  without
    ? readFileSync(without, "utf8")
        .split("\n")
        .map((line) => line.split("\t")[0])
    : [],
);
const generator = new Generator(Number(seed));
const lines = [];
for (let tries = 0; lines.length < Number(count) && tries < 100 * Number(count); tries++) {
  const length = Number(least) + generator.integer(Number(most) - Number(least) + 1);
  const digits = Array.from({ length }, () => String(generator.integer(10)));
  const source = digits.join(" ");
  if (seen.has(source)) continue;
  seen.add(source);
  lines.push(`${source}\t${made(digits).join(" ")}`);
}
process.stdout.write(`${lines.join("\n")}\n`);
