// The accuracy that nobody exceeds who sees a surname alone: each stands under its most frequent language. Over the whole folder, and over
// the test part that `unrolled train FOLDER --task classify --distinct --test-fraction 0.1` sets aside; and what logistic regression on runs of
// one to four characters, with marks at both ends, learns from the rest.
//   npx tsx bench/names-ceiling.ts FOLDER
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fitLogisticRegression, logisticProbabilities } from "../src/tasks/baselines/logistic-regression.ts";
import { CLASSIFY } from "../src/tasks/classify/classify-description.ts";
import { classifyRecords } from "../src/tasks/classify/classify-records.ts";
import { heldOut } from "../src/tasks/examples/held-out.ts";
import { resolveSettingsOf } from "../src/training/resolve-settings.ts";

const [folder] = process.argv.slice(2);
const settings = resolveSettingsOf(CLASSIFY, { tokenizer: "char", distinct: true, testFraction: 0.1 });
const paths = readdirSync(folder)
  .sort()
  .map((name) => join(folder, name));
const { records } = await classifyRecords(paths, settings);
const { training, heldOut: test } = heldOut(records, {
  share: settings.testFraction,
  seed: settings.seed,
  labelOf: ({ label }) => String(label),
  sameOf: (record) => ("text" in record ? record.text : undefined),
});

for (const [name, part] of [
  ["all", records],
  ["test part", test],
] as const) {
  const counts = new Map<string, Map<string, number>>();
  for (const record of part) {
    const text = "text" in record ? record.text : "";
    const own = counts.get(text) ?? new Map<string, number>();
    own.set(String(record.label), (own.get(String(record.label)) ?? 0) + 1);
    counts.set(text, own);
  }
  const all = [...counts.values()];
  const best = all.reduce((sum, own) => sum + Math.max(...own.values()), 0);
  const several = all.filter(({ size }) => size > 1).length;
  console.log(
    `${name}: ${part.length} lines, ${counts.size} surnames, ${several} under several languages; at most ${(best / part.length).toFixed(3)}`,
  );
}

const LONGEST = 4;
/** The places of the runs of characters in a surname; those that the training part lacks have none. */
const places = new Map<string, number>();
function runsOf(record: (typeof records)[number], isLearned: boolean) {
  const text = "text" in record ? `^${record.text}$` : "";
  const own = new Set<number>();
  for (let size = 1; size <= LONGEST; size++)
    for (let first = 0; first + size <= text.length; first++) {
      const run = text.slice(first, first + size);
      if (isLearned && !places.has(run)) places.set(run, places.size);
      const place = places.get(run);
      if (place !== undefined) own.add(place);
    }
  return { places: [...own], values: [...own].map(() => 1) };
}

const labels = [...new Set(training.map(({ label }) => String(label)))].sort();
const rows = training.map((record) => runsOf(record, true));
const fitted = fitLogisticRegression(
  rows,
  training.map(({ label }) => labels.indexOf(String(label))),
  { features: places.size, classes: labels.length, seed: settings.seed },
);
const shares = new Float64Array(labels.length);
const right = test.filter((record) => {
  const found = logisticProbabilities(fitted, runsOf(record, false), shares);
  return labels[found.indexOf(Math.max(...found))] === String(record.label);
}).length;
console.log(
  `logistic regression on ${places.size} runs of up to ${LONGEST} characters: test accuracy ${(right / test.length).toFixed(3)}`,
);
