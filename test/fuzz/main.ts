// `npm run fuzz -- --minutes 10`: tries the readers of files on broken ones and the library's surface on random calls for so long, and
// keeps a file that breaks a reader. --seed repeats a run, --only NAME tries the targets whose name holds NAME; the surface's name is
// "surface", --calls NAME makes only those of its calls whose name holds NAME, and --cases 1 repeats the case of one seed.
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadAddon } from "../../src/kernels/native.ts";
import { type FuzzFailure, fuzz } from "./fuzz.ts";
import { entriesNamed } from "./surface/entries.ts";
import { fuzzedBackends, fuzzSurface } from "./surface/fuzz-surface.ts";
import { fuzzTargets } from "./targets.ts";
import { watchdog } from "./watchdog.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
    only: { type: "string", default: "" },
    calls: { type: "string", default: "" },
    cases: { type: "string", default: "Infinity" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const targets = (await fuzzTargets()).filter(({ name }) => name.includes(values.only));
const withSurface = "surface".includes(values.only);
const cases = Number(values.cases);
const isWrong = !(minutes > 0) || !(cases > 0) || !Number.isSafeInteger(seed) || seed < 0;
if (isWrong || targets.length + Number(withSurface) === 0 || entriesNamed(values.calls).length === 0) {
  console.error(
    "error: needed --minutes and --cases above 0, --seed a whole number, --only part of a target's name, and --calls part of a call's",
  );
  process.exit(2);
}

console.log(`seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), "unrolled-fuzz-"));
const before = watchdog(folder);
const milliseconds = (minutes * 60_000) / (targets.length + Number(withSurface));
if (withSurface) {
  const backends = fuzzedBackends(loadAddon());
  const report = await fuzzSurface({ seed, milliseconds, backends, only: values.calls, cases });
  console.log(
    `surface: ${report.cases} cases, ${report.made} calls made something, ${report.refused} refused, ${report.failures.length} failures`,
  );
  for (const failure of report.failures) console.log(`  ${failure}`);
  if (report.failures.length > 0) process.exitCode = 1;
}
for (const target of targets) {
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
