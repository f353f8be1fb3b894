// `node bench/versions.mjs FOLDER [--only NAME,… --rounds N --seconds S]`: this checkout beside another one of Unrolled, built, as two
// peers in one run. They take turns, so that both meet the same changes of the machine, and each round gives one ratio of times. A
// row is slower where the 95 % interval of the ratio's geometric mean lies wholly above 1.03.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runsHere } from "./machine.mjs";
import { startPeer } from "./peer-process.mjs";
import { workloads } from "./workloads.mjs";

const SLOWER = 1.03;
/** 97.5 % quantiles of Student's distribution by degrees of freedom, from 1. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "15" },
    seconds: { type: "string", default: "0.4" },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const other = resolve(positionals[0] ?? "");
const chosen = workloads.filter(
  ({ name, engine }) => runsHere(engine) && values.only.split(",").some((part) => name.includes(part)),
);
const problem =
  positionals.length !== 1
    ? "needed the folder of another checkout"
    : !existsSync(join(other, "dist/index.js"))
      ? `${other} is not built: run \`npm run build\` there`
      : !(rounds >= 2 && Number.isInteger(rounds)) || !(seconds > 0)
        ? "--rounds must be a whole number of at least 2, --seconds above 0"
        : chosen.length === 0
          ? `nothing is called ${values.only}`
          : undefined;
if (problem !== undefined) {
  console.error(`bench: ${problem}`);
  process.exit(2);
}

const here = fileURLToPath(new URL("..", import.meta.url));
const peerIn = (folder) => ({
  command: process.execPath,
  parameters: [join(folder, "bench/peers/unrolled.mjs")],
});
const [before, now] = await Promise.all([
  startPeer("the other", peerIn(other)),
  startPeer("this", peerIn(here)),
]);
let isSlower = false;
console.log("| workload | the other, ms | this, ms | ratio of times, 95 % | |\n|---|---|---|---|---|");
for (const workload of chosen) {
  const samples = { before: [], now: [] };
  for (let round = 0; round < rounds; round++) {
    // Whoever comes first in a round comes second in the next.
    const order = round % 2 === 0 ? ["before", "now"] : ["now", "before"];
    for (const name of order)
      samples[name].push((await (name === "now" ? now : before).ask(workload, seconds)).seconds);
  }
  const { low, mean, high } = interval(samples.now.map((value, round) => value / samples.before[round]));
  isSlower ||= low > SLOWER;
  const ms = (list) => ([...list].sort((a, b) => a - b)[list.length >> 1] * 1000).toFixed(4);
  const verdict = low > SLOWER ? "slower" : high < 1 / SLOWER ? "faster" : "";
  const ratio = `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  console.log(`| ${workload.name} | ${ms(samples.before)} | ${ms(samples.now)} | ${ratio} | ${verdict} |`);
}
before.stop();
now.stop();
process.exitCode = isSlower ? 1 : 0;

/** Geometric mean of ratios with its 95 % interval (Student's, of their logarithms). */
function interval(ratios) {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const wide = (STUDENT[logs.length - 2] ?? 1.96 + 2.5 / logs.length) * Math.sqrt(variance / logs.length);
  return { low: Math.exp(mean - wide), mean: Math.exp(mean), high: Math.exp(mean + wide) };
}
