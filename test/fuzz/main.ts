// `npm run fuzz -- --minutes 10`: tries the readers of files on broken ones for so long, and keeps a file that breaks a reader.
// --seed repeats a run, --only NAME tries the targets whose name holds NAME.
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type FuzzFailure, fuzz } from "./fuzz.ts";
import { fuzzTargets } from "./targets.ts";
import { watchdog } from "./watchdog.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
    only: { type: "string", default: "" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const targets = (await fuzzTargets()).filter(({ name }) => name.includes(values.only));
if (!(minutes > 0) || !Number.isSafeInteger(seed) || seed < 0 || targets.length === 0) {
  console.error("error: needed --minutes above 0, --seed a whole number, and --only part of a target's name");
  process.exit(2);
}

console.log(`seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), "unrolled-fuzz-"));
const before = watchdog(folder);
for (const target of targets) {
  const milliseconds = (minutes * 60_000) / targets.length;
  const report = await fuzz(target, { seed, milliseconds, before });
  console.log(
    `${target.name}: ${report.cases} cases, ${report.accepted} read, ${report.refused} refused, ` +
      `${report.failures.length} failures, memory grew by at most ${Math.round(report.peakGrowthBytes / 2 ** 20)} MiB`,
  );
  for (const [index, failure] of report.failures.entries()) keep(target.name, index, failure);
  if (report.failures.length > 0) process.exitCode = 1;
}
if (readdirSync(folder).length === 0) rmdirSync(folder);
process.exit();

function keep(name: string, index: number, { what, problem, bytes }: FuzzFailure): void {
  const path = join(folder, `${name}-${seed}-${index}.bin`);
  writeFileSync(path, bytes);
  console.log(`  ${what}: ${problem}\n  kept in ${path}`);
}
