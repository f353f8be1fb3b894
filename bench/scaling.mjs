// What several machines give: a model of a step's time from constants that are measured here, beside what 1 and 2 ranks really take.
//   node bench/scaling.mjs            measures, compares, and says what 8, 64 and 256 ranks give
// One step of R ranks, with P parameters and B rows in a batch, takes
//   walk     (a + b·B/R)·s  forwards and backwards over the rows of a rank, and the optimiser: a and b from small batches on one rank;
//                           s is how much slower that is where ranks share a machine and wait for the slower one in each step, timed
//                           with two processes that know nothing of one another; 1 on machines of their own
//   entries  c·P            packing and adding: measured on one rank's memory
//   tell     three broadcasts and a report of ⌈log2 R⌉ messages each, λ apiece
//   buckets  for each 4 MiB of gradients two rounds of R − 1 messages: λ + (R − 1)·o, o what a message costs its sender
//   bytes    8·P·(R − 1)/R bytes out of each rank, at β bytes a second
// Bytes of all but the lowest layer move on a network while the layers below are on their way back, two thirds of a walk. On one machine it
// is the same cores that move them, so nothing is hidden there.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findMpi } from "../scripts/mpi.mjs";

const self = fileURLToPath(import.meta.url);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
/** Turns that everything is measured in, one after the other: what else the machine does then falls on all alike. */
const TURNS = 3;
const VOCABULARY = 64;
const BUCKET_BYTES = 2 ** 22;

/** Three language models, with what a step of each reads, and so many steps that a run takes some seconds. */
const MODELS = [
  { name: "small", hidden: 128, layers: 1, batch: 64, sequence: 64, steps: 40 },
  { name: "middle", hidden: 512, layers: 1, batch: 64, sequence: 64, steps: 10 },
  { name: "large", hidden: 1024, layers: 2, batch: 64, sequence: 32, steps: 6 },
];

/** Networks by their nominal bandwidth; the latency is what TCP has in one rack, and a tenth of the bandwidth is lost. */
const NETWORKS = [
  { name: "10 Gbit/s", bytesPerSecond: 0.9 * 1.25e9, latencySeconds: 30e-6, overheadSeconds: 1e-6 },
  { name: "100 Gbit/s", bytesPerSecond: 0.9 * 12.5e9, latencySeconds: 10e-6, overheadSeconds: 1e-6 },
];

const RANKS = [8, 64, 256];

const median = (numbers) => [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
/** A program of this file's or the command line, as so many processes that MPI has started. */
const onRanks = (ranks, ...words) => [
  findMpi("open-mpi"),
  ...["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", String(ranks)],
  ...[process.execPath, ...words],
];

/** Lines that a program writes, each with when it came. */
async function linesOf([program, ...words], folder) {
  const child = spawn(program, words, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const lines = [];
  for await (const line of createInterface(child.stdout)) lines.push({ line, at: performance.now() });
  return lines;
}

/**
 * Seconds that a step takes, and how many parameters there are, of trainings that run side by side: of steps in which all run the slowest,
 * and the median of these.
 */
async function stepsOf(trainings, folder) {
  const runs = await Promise.all(trainings.map((training) => linesOf(training, folder)));
  const ran = runs.map((lines) => {
    const events = lines.map(({ line, at }) => ({ ...JSON.parse(line), at }));
    const steps = events.filter(({ type }) => type === "step").map(({ at }) => at);
    return { steps, parameters: events[0].parameters };
  });
  const from = Math.max(...ran.map(({ steps }) => steps[0]));
  const to = Math.min(...ran.map(({ steps }) => steps.at(-1)));
  const intervals = ran.map(({ steps }) =>
    steps
      .slice(1)
      .flatMap((at, step) => (steps[step] >= from && at <= to ? [(at - steps[step]) / 1000] : [])),
  );
  const least = Math.min(...intervals.map(({ length }) => length));
  if (least === 0) throw new Error("two trainings did not run at the same time; try again");
  // Ranks wait for the slowest of them in each step.
  const slowest = Array.from({ length: least }, (_, step) =>
    Math.max(...intervals.map((each) => each[step])),
  );
  return { seconds: median(slowest), parameters: ran[0].parameters };
}

/** The words of a training with so many rows in a batch. */
function training({ hidden, layers, sequence, steps }, rows, out) {
  const sizes = [
    "--hidden-size",
    hidden,
    "--num-layers",
    layers,
    "--seq-length",
    sequence,
    "--batch-size",
    rows,
  ];
  const loop = ["--steps", steps, "--sample-every", 0, "--eval-every", 100_000, "--val-fraction", 0];
  const where = ["--out", out, "--force", "--threads", 1, "--json"];
  return [main, "train", "text.txt", ...where, ...sizes, ...loop].map(String);
}

/** What is measured of a model, each the least of all turns: what else a machine does only adds to it. */
async function measured(model, folder) {
  const alone = (rows, out = "run", steps = model.steps) => [
    process.execPath,
    ...training({ ...model, steps }, rows, out),
  ];
  const half = model.batch / 2;
  const kinds = {
    quarter: [alone(model.batch / 4)],
    half: [alone(half)],
    // Longer, so that both run for a while at the same time, whichever begins first.
    beside: ["run", "other"].map((out) => alone(half, out, 4 * model.steps)),
    one: [alone(model.batch)],
    two: [onRanks(2, ...training(model, model.batch, "run"))],
  };
  const found = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  let parameters = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [kind, trainings] of Object.entries(kinds)) {
      const { seconds, ...more } = await stepsOf(trainings, folder);
      found[kind].push(seconds);
      parameters = more.parameters;
    }
  }
  const seconds = Object.fromEntries(Object.entries(found).map(([kind, each]) => [kind, Math.min(...each)]));
  return { ...seconds, parameters };
}

/** What a step of so many ranks takes by the model. */
export function modelled(
  { fixed, perRow, perEntry, parameters, batch, layers },
  ranks,
  { latencySeconds, overheadSeconds, bytesPerSecond, slowdown = 1, hides = true },
) {
  const walk = fixed + (perRow * batch) / ranks;
  if (ranks === 1) return walk;
  const rounds = 2 * Math.ceil((4 * parameters) / BUCKET_BYTES);
  const tell = 4 * Math.ceil(Math.log2(ranks)) * latencySeconds;
  const messages = rounds * (latencySeconds + (ranks - 1) * overheadSeconds);
  const bytes = (8 * parameters * (ranks - 1)) / ranks / bytesPerSecond;
  const above = (layers - 1) / layers;
  const hidden = hides ? Math.min(above * (messages + bytes), ((above * 2) / 3) * walk) : 0;
  return walk * slowdown + perEntry * parameters + tell + messages + bytes - hidden;
}

/** One rank of the two that measure messages: latency of a small one, bandwidth of large ones, and what entries cost. */
async function ping() {
  const [{ joinWorld }, { startedAs }, { openDevice, zeros }] = await Promise.all([
    import("../dist/mpi/world.js"),
    import("../dist/mpi/started.js"),
    import("../dist/entries/tensor.js"),
  ]);
  const world = await joinWorld(startedAs(process.env));
  const { ranks } = world;
  const lane = ranks.lane();
  const timed = (times, body) => {
    const found = [];
    for (let time = 0; time < times; time++) {
      const began = performance.now();
      body();
      found.push((performance.now() - began) / 1000);
    }
    return median(found);
  };
  const small = new Uint8Array(2048);
  const latencySeconds = timed(300, () => ranks.broadcast(small));
  const bytes = 2 ** 22;
  const pieces = new Uint8Array(bytes);
  const received = new Uint8Array(bytes);
  const round = timed(40, () => lane.exchange(pieces, received).wait());
  const tiny = timed(300, () => lane.exchange(pieces.subarray(0, 64), received.subarray(0, 64)).wait());
  // Half of the bytes stay where they are.
  const bytesPerSecond = bytes / 2 / Math.max(1e-9, round - tiny);
  const device = await openDevice();
  const entries = 2 ** 22;
  const [a, b] = [zeros(device, [entries]), zeros(device, [entries])];
  const { kernels, heap } = device;
  const copy = timed(9, () => heap.floats().copyWithin(a.offset, b.offset, b.offset + entries)) / entries;
  const add = timed(9, () => kernels.addScaled(a.offset, 1, b.offset, entries)) / entries;
  if (ranks.rank === 0) {
    const overheadSeconds = Math.min(latencySeconds, tiny) / 2;
    process.stdout.write(
      `${JSON.stringify({ latencySeconds, overheadSeconds, bytesPerSecond, copy, add })}\n`,
    );
  }
  world.leave();
  process.reallyExit(0);
}

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-scaling-"));
  try {
    const letters = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'0123456789";
    let state = 1;
    const text = Array.from({ length: 400_000 }, () => {
      state = (state * 48271) % 2147483647;
      return letters[state % VOCABULARY];
    });
    writeFileSync(join(folder, "text.txt"), text.join(""));
    const [{ line }] = await linesOf(onRanks(2, self, "--ping"), folder);
    const { copy, add, ...here } = JSON.parse(line);
    const constants = [
      `a message ${(here.latencySeconds * 1e6).toFixed(1)} µs`,
      `${(here.bytesPerSecond / 1e9).toFixed(2)} GB/s`,
      `copying ${(copy * 1e9).toFixed(2)} and adding ${(add * 1e9).toFixed(2)} ns an entry`,
    ];
    console.log(`Two ranks on this machine: ${constants.join(", ")}\n`);
    const rows = [];
    console.log(
      "| model | ranks | modelled | measured | | slower beside another |\n|---|---|---|---|---|---|",
    );
    for (const model of MODELS) {
      const { quarter, half, beside, one, two, parameters } = await measured(model, folder);
      const { batch, layers } = model;
      const perRow = (half - quarter) / (batch / 4);
      const fixed = Math.max(0, half - (perRow * batch) / 2);
      const costs = { fixed, perRow, perEntry: 2 * copy + add, parameters, batch, layers };
      const name = `${model.name}, ${(parameters / 1e6).toFixed(2)} M`;
      const slowdown = beside / half;
      for (const [ranks, seconds] of [
        [1, one],
        [2, two],
      ]) {
        const said = modelled(costs, ranks, { ...here, slowdown, hides: false });
        const percent = Math.round((100 * (said - seconds)) / seconds);
        const figures = [said, seconds].map((each) => `${(each * 1000).toFixed(1)} ms`);
        console.log(
          `| ${name} | ${ranks} | ${figures.join(" | ")} | ${percent} % | ${slowdown.toFixed(2)}× |`,
        );
      }
      for (const network of NETWORKS) {
        const times = RANKS.map((ranks) => {
          // A rank needs a row: batches grow with the ranks where they have to.
          const all = { ...costs, batch: Math.max(batch, ranks) };
          return `${(modelled(all, 1, network) / modelled(all, ranks, network)).toFixed(1)}×`;
        });
        rows.push(`| ${name} | ${network.name} | ${times.join(" | ")} |`);
      }
    }
    console.log(
      `\n| model | network | ${RANKS.map((ranks) => `${ranks} ranks`).join(" | ")} |\n|---|---|---|---|---|`,
    );
    console.log(rows.join("\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv.includes("--ping")) await ping();
else if (findMpi("open-mpi") === undefined) {
  console.error("error: Open MPI's mpirun is needed (Debian: openmpi-bin)");
  process.exitCode = 1;
} else await compare();
