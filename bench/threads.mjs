// `node bench/threads.mjs [--threads 1,2 --only NAME,… --peers a,b --rounds N --seconds S]`: whole training steps of language
// models on several threads, beside PyTorch with as many, and how long the main thread is blocked meanwhile.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureBlocked } from "./blocked.mjs";
import { median } from "./measure.mjs";
import { startPeer } from "./peer-process.mjs";
import { peers } from "./peers.mjs";
import { aligned, digits, duration, sizes } from "./report.mjs";

const model = { mode: "language-model", cell: "lstm", engine: "native", L: 2 };
const characters = { ...model, T: 64, B: 64, V: 65, optimizer: "adamw" };
const words = { ...model, T: 35, B: 20, I: 200, H: 200, V: 10_000, optimizer: "sgd" };

/** `goals`: how many times as fast two threads have to be as one, and as PyTorch's two. */
const workloads = [
  { name: "characters", ...characters, I: 256, H: 256, goals: { oneThread: 1.85, pytorch: 2.7 } },
  { name: "words", ...words, goals: { oneThread: 1.85, pytorch: 2.7 } },
  ...[64, 128, 512].map((H) => ({ name: `hidden-${H}`, ...characters, I: H, H, goals: {} })),
];
const BLOCKED = "main-thread";
const BLOCKED_AT_MOST_MS = 50;

function fail(message, code) {
  console.error(`threads: ${message}`);
  process.exit(code);
}

function parseOptions() {
  const cores = availableParallelism();
  try {
    const { values } = parseArgs({
      options: {
        threads: { type: "string", default: [...new Set([1, 2, cores])].join(",") },
        only: { type: "string", default: "" },
        peers: { type: "string", default: "unrolled,pytorch" },
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "2" },
      },
    });
    const threads = values.threads.split(",").map(Number);
    const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
    if (!threads.every((count) => Number.isInteger(count) && count >= 1))
      throw new Error(`--threads is ${values.threads}, needed numbers of at least 1`);
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new Error(`--rounds is ${values.rounds}, needed 1 or more`);
    if (!(seconds > 0)) throw new Error(`--seconds is ${values.seconds}, needed more than 0`);
    const parts = values.only.split(",");
    const isChosen = (name) => parts.some((part) => name.includes(part));
    const chosen = workloads.filter(({ name }) => isChosen(name));
    if (chosen.length === 0 && !isChosen(BLOCKED)) {
      const names = [...workloads.map(({ name }) => name), BLOCKED].join(", ");
      throw new Error(`nothing is called ${values.only}; there are ${names}`);
    }
    const asked = values.peers.split(",");
    const unknown = asked.filter((name) => name !== "unrolled" && name !== "pytorch");
    if (unknown.length > 0)
      throw new Error(`unknown peer ${unknown.join(", ")}; there are unrolled, pytorch`);
    return { threads, rounds, seconds, chosen, asked, blocked: isChosen(BLOCKED) };
  } catch (error) {
    return fail(error.message, 2);
  }
}

const { threads, rounds, seconds, chosen, asked, blocked } = parseOptions();
const missing = asked.map((name) => [name, peers[name].problem()]).filter(([, problem]) => problem !== null);
if (missing.length > 0)
  fail(missing.map(([name, problem]) => `${name} is missing: ${problem}`).join("\n"), 1);

const team = {
  command: process.execPath,
  parameters: [fileURLToPath(new URL("peers/unrolled-team.mjs", import.meta.url))],
};
const commands = { unrolled: team, pytorch: peers.pytorch };
const partners = asked.flatMap((peer) => threads.map((count) => ({ peer, threads: count })));
const labelOf = ({ peer, threads: count }) => `${peer}, ${count} ${count === 1 ? "thread" : "threads"}`;

/** One workload in rounds in which each partner runs once, so that all of them meet the same changes of the machine. */
async function measure(workload, processes) {
  const samples = partners.map(() => []);
  const errors = partners.map(() => undefined);
  for (let round = 0; round < rounds; round++) {
    for (const [index, partner] of partners.entries()) {
      if (errors[index] !== undefined) continue;
      try {
        const answer = await processes[index].ask({ ...workload, threads: partner.threads }, seconds);
        samples[index].push(answer.seconds);
      } catch (error) {
        errors[index] = error.message;
      }
    }
  }
  const results = partners.map((partner, index) =>
    errors[index] === undefined
      ? { ...partner, seconds: median(samples[index]), samples: samples[index] }
      : { ...partner, error: errors[index] },
  );
  const secondsOf = (peer, count) =>
    results.find((result) => result.peer === peer && result.threads === count)?.seconds;
  for (const result of results) {
    if (result.error !== undefined) continue;
    result.tokensPerSecond = (workload.T * workload.B) / result.seconds;
    const [alone, pytorch] = [secondsOf(result.peer, 1), secondsOf("pytorch", result.threads)];
    if (alone !== undefined && result.threads > 1) result.timesOneThread = alone / result.seconds;
    if (pytorch !== undefined && result.peer === "unrolled") result.timesPytorch = pytorch / result.seconds;
    if (result.peer !== "unrolled" || result.threads !== 2) continue;
    const values = { oneThread: result.timesOneThread, pytorch: result.timesPytorch };
    result.goals = Object.entries(workload.goals)
      .filter(([against]) => values[against] !== undefined)
      .map(([against, needed]) => ({ against, needed, reached: values[against] >= needed }));
  }
  return { name: workload.name, workload, results };
}

const times = (value) => (value === undefined ? "" : `${value.toFixed(2)} ×`);
const verdictOf = (goals = []) =>
  goals
    .map(({ against, needed, reached }) => {
      const whose = against === "pytorch" ? "PyTorch" : "one thread";
      return `${needed} × ${whose}: ${reached ? "reached" : "missed"}`;
    })
    .join(", ");

function rowsOf({ name, workload, results }) {
  const rows = results.map((result) =>
    result.error === undefined
      ? [
          "",
          labelOf(result),
          duration(result.seconds),
          `${digits(result.tokensPerSecond)} tokens/s`,
          times(result.timesOneThread),
          times(result.timesPytorch),
          verdictOf(result.goals),
        ]
      : ["", labelOf(result), "failed", "", "", "", ""],
  );
  rows[0][0] = name;
  if (rows.length === 1) rows.push(["", "", "", "", "", "", ""]);
  rows[1][0] = `  ${sizes(workload).join(" ")}`;
  return rows;
}

const loadBefore = loadavg()[0];
const measured = [];
const introductions = {};
if (chosen.length > 0) {
  const processes = await Promise.all(
    partners.map((partner) => startPeer(labelOf(partner), commands[partner.peer], partner.threads)),
  ).catch((error) => fail(error.message, 1));
  for (const { introduction } of processes) introductions[introduction.peer] = introduction;
  if (introductions.pytorch?.blas.includes("generic"))
    fail("PyTorch runs on the reference BLAS, which is no peer: `apt-get install libopenblas0-pthread`", 1);
  for (const [index, workload] of chosen.entries()) {
    console.error(`${index + 1}/${chosen.length} ${workload.name}`);
    const found = await measure(workload, processes);
    for (const { error } of found.results) if (error !== undefined) console.error(`  ${error}`);
    measured.push(found);
  }
  for (const process of processes) process.stop();
}
let main = null;
if (blocked && asked.includes("unrolled")) {
  console.error(BLOCKED);
  main = await measureBlocked(5 * seconds, 2).catch((error) => ({ error: error.message }));
  if (main.error !== undefined) console.error(`  ${main.error}`);
  else main.reached = main.longestMs <= BLOCKED_AT_MOST_MS;
}

const processor = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, Node ${process.version.slice(1)}`;
const summary = {
  date: new Date().toISOString(),
  rounds,
  seconds,
  processor,
  loadBefore,
  introductions,
  workloads: measured,
  mainThread: main,
};
console.log(`${processor}, ${rounds} rounds; load before the run ${loadBefore.toFixed(2)} (0 is quiet)`);
for (const { peer, version, blas } of Object.values(introductions))
  console.log(
    `${peer} ${version}${blas ? ` (${blas}), OMP_NUM_THREADS = OPENBLAS_NUM_THREADS = threads` : ""}`,
  );
if (measured.length > 0) {
  const header = ["workload", "who", "median", "rate", "one thread's", "PyTorch's", "goal"];
  console.log(`\n${aligned([header, ...measured.flatMap(rowsOf)])}`);
}
if (main && main.error === undefined) {
  const made = `${main.step} steps, ${main.checkpoint} checkpoints of ${(main.checkpointBytes / 1e6).toFixed(0)} MB, ${main.model} models`;
  console.log(
    `\nmain thread blocked for at most ${main.longestMs.toFixed(1)} ms (event loop delay ${main.eventLoopMs.toFixed(1)} ms) ` +
      `in ${main.seconds} s of training on ${main.threads} threads, ${made}; goal ${BLOCKED_AT_MOST_MS} ms: ` +
      `${main.reached ? "reached" : "missed"}`,
  );
}
if (rounds < 5) console.log("\nfewer than 5 rounds: not figures to quote");

const folder = fileURLToPath(new URL("results", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/threads.json.tmp`, `${JSON.stringify(summary, null, 2)}\n`);
renameSync(`${folder}/threads.json.tmp`, `${folder}/threads.json`);
console.log("\nwritten to bench/results/threads.json");

const hasFailed = measured.some(({ results }) => results.some(({ error }) => error !== undefined));
if (hasFailed || main?.error !== undefined) process.exitCode = 1;
