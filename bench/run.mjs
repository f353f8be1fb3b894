// `npm run bench [-- --only NAME,… --peers a,b --rounds N --seconds S]`: Unrolled beside its peers, in one run.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { artefacts, measureArtefact } from "./artefacts.mjs";
import { openMachine, runsHere } from "./machine.mjs";
import { measureWorkload } from "./measure.mjs";
import { startPeer } from "./peer-process.mjs";
import { peaks, peers, selectPeers } from "./peers.mjs";
import { preamble, table } from "./report.mjs";
import { workloads } from "./workloads.mjs";

function fail(message, code) {
  console.error(`bench: ${message}`);
  process.exit(code);
}

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", default: "" },
        peers: { type: "string" },
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "0.5" },
      },
    });
    const [rounds, minSeconds] = [Number(values.rounds), Number(values.seconds)];
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new Error(`--rounds is ${values.rounds}, needed 1 or more`);
    if (!(minSeconds > 0)) throw new Error(`--seconds is ${values.seconds}, needed more than 0`);
    const parts = values.only.split(",");
    const chosen = (table) => table.filter(({ name }) => parts.some((part) => name.includes(part)));
    const [chosenWorkloads, chosenArtefacts] = [chosen(workloads), chosen(artefacts)];
    if (chosenWorkloads.length + chosenArtefacts.length === 0) {
      const names = [...workloads, ...artefacts].map(({ name }) => name).join(", ");
      throw new Error(`nothing is called ${values.only}; there are ${names}`);
    }
    const asked = selectPeers(values.peers);
    return {
      chosenWorkloads,
      chosenArtefacts,
      asked,
      explicit: values.peers !== undefined,
      rounds,
      minSeconds,
    };
  } catch (error) {
    return fail(error.message, 2);
  }
}

const { chosenWorkloads, chosenArtefacts, asked, explicit, rounds, minSeconds } = parseOptions();

/** Who takes part in a workload, Unrolled first. */
const partnersOf = ({ goals }) => ["unrolled", ...Object.keys(goals)].filter((name) => asked.includes(name));

// A peer that was asked for by name must be there even if no chosen workload needs it.
const needed = explicit ? asked : [...new Set(chosenWorkloads.flatMap(partnersOf))];
const missing = [...Object.entries(peaks), ...needed.map((name) => [name, peers[name]])]
  .map(([name, { problem }]) => ({ name, reason: problem() }))
  .filter(({ reason }) => reason !== null)
  .map(({ name, reason }) => `${name} is missing: ${reason}`);
if (missing.length > 0) fail(missing.join("\nbench: "), 1);

const loadBefore = loadavg()[0];
const started = new Map();
function start(name) {
  if (!started.has(name)) started.set(name, startPeer(name, peers[name]));
  return started.get(name);
}

const machine = await openMachine();
const results = { workloads: [], artefacts: [] };
for (const [index, workload] of chosenWorkloads.entries()) {
  const partners = partnersOf(workload);
  if (partners.length === 0) continue;
  console.error(`${index + 1}/${chosenWorkloads.length} ${workload.name}: ${partners.join(", ")}`);
  if (!runsHere(workload.engine)) {
    const skipped = `Node ${process.version} has no relaxed SIMD`;
    results.workloads.push({ name: workload.name, workload, skipped });
    continue;
  }
  const result = await measureWorkload(workload, partners, { machine, start, rounds, minSeconds });
  for (const { error } of result.results) if (error !== undefined) console.error(`  ${error}`);
  results.workloads.push(result);
}
if (asked.includes("unrolled")) {
  for (const artefact of chosenArtefacts) {
    console.error(artefact.name);
    const result = await measureArtefact(artefact, rounds);
    if (result.error !== undefined) console.error(`  ${result.error}`);
    results.artefacts.push(result);
  }
}

const introductions = [];
for (const process of (await Promise.allSettled(started.values()))
  .map(({ value }) => value)
  .filter(Boolean)) {
  introductions.push(process.introduction);
  process.stop();
}
machine.stop();

const summary = {
  date: new Date().toISOString(),
  rounds,
  minSeconds,
  machine: {
    processor: cpus()[0].model.trim(),
    platform: `${platform()} ${arch()}`,
    node: process.version.slice(1),
    loadBefore,
  },
  environment: Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(OPENBLAS|OMP|MKL|ONEDNN|DNNL|ATEN)_/.test(name)),
  ),
  peers: introductions,
  peak: { ...machine.introduction, nativeByLanes: machine.nativeByLanes, history: machine.history },
  ...results,
};
console.log(`${preamble(summary)}\n\n${table(summary)}`);
if (rounds < 5) console.log("\nfewer than 5 rounds: not figures to quote");

const folder = fileURLToPath(new URL("results", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/latest.json.tmp`, `${JSON.stringify(summary, null, 2)}\n`);
renameSync(`${folder}/latest.json.tmp`, `${folder}/latest.json`);
console.log("\nwritten to bench/results/latest.json");

const failed = [...results.workloads.flatMap(({ results }) => results ?? []), ...results.artefacts].some(
  ({ error }) => error !== undefined,
);
if (failed) process.exitCode = 1;
