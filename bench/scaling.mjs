// What several machines give: a model of a step's time from constants that are measured here, beside what 1 and 2 ranks really take.
//   node bench/scaling.mjs            measures, compares, and says what 8, 64 and 256 ranks give
// One step of R ranks, with P parameters and B rows in a batch, takes
//   walk     a + b·B/R          forwards and backwards over the rows of a rank: measured with two small batches on one rank
//   entries  c·P                packing, adding, squares, the optimiser: measured on one rank's memory
//   tell     3 broadcasts and a report of ⌈log2 R⌉ messages each, λ apiece
//   buckets  for each 4 MiB of gradients two rounds of R − 1 messages: λ + (R − 1)·o each, o what a message costs its sender
//   bytes    8·P·(R − 1)/R bytes out of each rank, at β bytes a second
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findMpi } from "../scripts/mpi.mjs";

const self = fileURLToPath(import.meta.url);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const STEPS = 30;
const SEQUENCE = 64;
const VOCABULARY = 64;
const BUCKET_BYTES = 2 ** 22;

/** Three language models, and a batch for each. */
const MODELS = [
  { name: "small", hidden: 128, layers: 1, batch: 64 },
  { name: "middle", hidden: 512, layers: 2, batch: 64 },
  { name: "large", hidden: 1024, layers: 3, batch: 64 },
];

/** Networks by their nominal bandwidth; the latency is what TCP has in one rack, and a tenth of the bandwidth is lost. */
const NETWORKS = [
  { name: "10 Gbit/s", bytesPerSecond: 0.9 * 1.25e9, latencySeconds: 30e-6 },
  { name: "100 Gbit/s", bytesPerSecond: 0.9 * 12.5e9, latencySeconds: 10e-6 },
];

const RANKS = [8, 64, 256];

function mpirun(ranks, parameters, options = {}) {
  const all = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", String(ranks)];
  return execFileSync(findMpi("open-mpi"), [...all, process.execPath, ...parameters], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });
}

/** Seconds that a step takes, the median of three runs, and how many parameters there are. */
function secondsPerStep({ hidden, layers }, batch, ranks, folder) {
  const sizes = [
    "--hidden-size",
    hidden,
    "--num-layers",
    layers,
    "--seq-length",
    SEQUENCE,
    "--batch-size",
    batch,
  ];
  const loop = ["--steps", STEPS, "--sample-every", 0, "--eval-every", 100_000, "--threads", 1, "--json"];
  const parameters = [main, "train", "text.txt", "--out", "run", "--force", ...sizes, ...loop].map(String);
  const found = [];
  let count = 0;
  for (let turn = 0; turn < 3; turn++) {
    const options = {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      stdio: ["ignore", "pipe", "ignore"],
    };
    const text =
      ranks === 1
        ? execFileSync(process.execPath, parameters, options)
        : mpirun(ranks, parameters, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    const events = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    count = events.find(({ type }) => type === "start").parameters;
    found.push((batch * SEQUENCE) / events.find(({ type }) => type === "end").tokensPerSecond);
  }
  return { seconds: median(found), parameters: count };
}

function median(numbers) {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

/** What a step of so many ranks takes by the model. */
export function modelled(
  { walk, perEntry, parameters, batch },
  ranks,
  { latencySeconds, overheadSeconds, bytesPerSecond },
) {
  const entries = ranks === 1 ? perEntry.alone : perEntry.shared;
  const compute = walk.fixed + (walk.perRow * batch) / ranks + entries * parameters;
  if (ranks === 1) return compute;
  const depth = Math.ceil(Math.log2(ranks));
  const rounds = 2 * Math.ceil((4 * parameters) / BUCKET_BYTES);
  const tell = 4 * depth * latencySeconds;
  const messages = rounds * (latencySeconds + (ranks - 1) * overheadSeconds);
  return compute + tell + messages + (8 * parameters * (ranks - 1)) / ranks / bytesPerSecond;
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
  const square = timed(9, () => kernels.sumOfSquares(a.offset, entries)) / entries;
  if (ranks.rank === 0) {
    const own = {
      latencySeconds,
      overheadSeconds: Math.min(latencySeconds, tiny) / 2,
      bytesPerSecond,
      copy,
      add,
      square,
    };
    process.stdout.write(`${JSON.stringify(own)}\n`);
  }
  world.leave();
  process.reallyExit(0);
}

function compare() {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-scaling-"));
  try {
    const letters = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'0123456789";
    let state = 1;
    const text = Array.from({ length: 400_000 }, () => {
      state = (state * 48271) % 2147483647;
      return letters[state % VOCABULARY];
    });
    writeFileSync(join(folder, "text.txt"), text.join(""));
    const here = JSON.parse(mpirun(2, [self, "--ping"]).trim());
    const { copy, add, square } = here;
    console.log(
      `message ${(here.latencySeconds * 1e6).toFixed(1)} µs, ${(here.bytesPerSecond / 1e9).toFixed(2)} GB/s, copying ${(copy * 1e9).toFixed(2)}, adding ${(add * 1e9).toFixed(2)}, squares ${(square * 1e9).toFixed(2)} ns an entry`,
    );
    for (const model of MODELS) {
      const [quarter, half] = [4, 2].map((part) => secondsPerStep(model, model.batch / part, 1, folder));
      const perRow = (half.seconds - quarter.seconds) / (model.batch / 4);
      const { parameters } = half;
      // What a step costs whatever the rows has the optimiser in it already; ranks pack, add and take in what is summed beside it.
      const costs = {
        walk: { fixed: Math.max(0, half.seconds - (perRow * model.batch) / 2), perRow },
        perEntry: { alone: 0, shared: 2 * copy + add },
        parameters,
        batch: model.batch,
      };
      for (const ranks of [1, 2]) {
        const said = modelled(costs, ranks, here);
        const { seconds } = secondsPerStep(model, model.batch, ranks, folder);
        const percent = (100 * (said - seconds)) / seconds;
        console.log(
          `${model.name} (${(parameters / 1e6).toFixed(2)} M)  ${ranks} rank${ranks > 1 ? "s" : ""}: modelled ${(said * 1000).toFixed(1)} ms, measured ${(seconds * 1000).toFixed(1)} ms, ${percent.toFixed(0)} %`,
        );
      }
      const alone = modelled(costs, 1, here);
      for (const network of NETWORKS) {
        const times = RANKS.map((ranks) => {
          // A rank needs a row: batches grow with the ranks where they have to.
          const batch = Math.max(model.batch, ranks);
          const one = modelled({ ...costs, batch }, 1, here);
          const many = modelled({ ...costs, batch }, ranks, { ...network, overheadSeconds: 1e-6 });
          return `${ranks} ranks ${(one / many).toFixed(1)}×`;
        });
        console.log(
          `${model.name}  ${network.name}: ${times.join(", ")} (one rank: ${(alone * 1000).toFixed(0)} ms a step)`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv.includes("--ping")) await ping();
else if (findMpi("open-mpi") === undefined) {
  console.error("error: Open MPI's mpirun is needed (Debian: openmpi-bin)");
  process.exitCode = 1;
} else compare();
