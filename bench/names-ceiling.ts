// The accuracy that nobody exceeds who sees a surname alone: each stands under its most frequent language. Over the whole folder, and over
// the test part that `unrolled train FOLDER --task classify --distinct --test-fraction 0.1` sets aside.
//   npx tsx bench/names-ceiling.ts FOLDER
import { readdirSync } from "node:fs";
import { join } from "node:path";
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
const { heldOut: test } = heldOut(records, {
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
