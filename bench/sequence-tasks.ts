// Training steps of a classifier, a tagger and a forecaster of their tasks' default sizes, beside PyTorch with the same network over the
// same batches: real sentences, bucketed by length, and windows of a real series, on one thread, in turns, in one run. The figures are medians over the rounds, by the
// processor's own time, which a busy machine changes less; of ours it counts the threads of V8 too.
//   npx tsx bench/sequence-tasks.ts [--data FOLDER --share 0.1 --rounds 5 --only forecaster]
// FOLDER has sst2/train_binary_sent.csv, wnut17/train.conll and series/ETTh1.csv. A round takes a share of an epoch's batches, spread over it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AdamW, openDevice, type Parameter, type Tensor } from "unrolled";
import { trainingStep } from "unrolled/optim";
import type { ClassifyExample } from "../src/tasks/classify/classify-examples.ts";
import { classifyTask } from "../src/tasks/classify/classify-task.ts";
import { directArrays } from "../src/tasks/forecast/direct-forecasts.ts";
import { forecastTask } from "../src/tasks/forecast/forecast-task.ts";
import type { WindowBatch } from "../src/tasks/forecast/forecast-windows.ts";
import { tagArrays } from "../src/tasks/tag/tag-batch.ts";
import type { TagExample } from "../src/tasks/tag/tag-examples.ts";
import { tagTask } from "../src/tasks/tag/tag-task.ts";
import { resolveSettingsOf } from "../src/training/resolve-settings.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: fileURLToPath(new URL("../../shared/data", import.meta.url)) },
    share: { type: "string", default: "0.1" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const every = Math.max(1, Math.round(1 / Number(values.share)));
const BATCH = 32;
const LEARNING_RATE = 0.002;
// Dropout of whole words has no layer in PyTorch.
const FORECAST_SETTINGS = { time: "date", target: ["OT"], horizon: 24 };
/** Windows are many: so many batches of them are enough. */
const MOST_BATCHES = 20;
const SETTINGS = { batchSize: BATCH, wordDropout: 0, valFraction: 0 };

/** A batch as PyTorch reads it: ids of each row, its target or targets, and for words their characters [T, C]. */
interface PeerRow {
  readonly ids: readonly number[];
  readonly targets: number | readonly number[];
  readonly characters?: readonly (readonly number[])[];
}

/** Windows side by side, as arrays by name. */
type PeerWindows = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

interface Workload {
  readonly name: string;
  readonly network: unknown;
  readonly batches: readonly (readonly PeerRow[] | PeerWindows)[];
  round(): void;
}

const device = await openDevice();

/** One round of training steps over batches. */
function rounder<Rows>(
  parameters: readonly Parameter[],
  batches: readonly Rows[],
  loss: (rows: Rows) => Tensor,
): () => void {
  const optimiser = new AdamW(parameters, { learningRate: LEARNING_RATE });
  return () => {
    for (const rows of batches)
      trainingStep(optimiser, () => ({ loss: loss(rows), found: () => undefined }), { maxNorm: 1 });
  };
}

/** Every so many-th batch of an epoch. */
function chosen<Rows>(
  count: number,
  batch: (
    place: { epoch: number; batch: number },
    rows: readonly number[],
  ) => {
    readonly parts: readonly ({ readonly share: Rows } | undefined)[];
  },
): Rows[] {
  const places = Array.from({ length: Math.floor(count / every) }, (_, at) => at * every);
  return places.map((place) => batch({ epoch: 0, batch: place }, [BATCH]).parts[0]!.share);
}

async function classifier(): Promise<Workload> {
  const settings = resolveSettingsOf(classifyTask, { ...SETTINGS, tokenizer: "word", pooling: "max" });
  const data = { train: [`${values.data}/sst2/train_binary_sent.csv`] };
  const prepared = await classifyTask.prepare({ data, settings, threads: 1 });
  const { model, loss } = classifyTask.replica(device, prepared.options, BATCH);
  const batches = chosen<readonly ClassifyExample[]>(prepared.batchesPerEpoch, prepared.batch);
  return {
    name: "classifier",
    network: model.config,
    batches: batches.map((rows) =>
      rows.map(({ inputs, target }) => ({ ids: Array.from(inputs), targets: target as number })),
    ),
    round: rounder(model.parameters(), batches, loss),
  };
}

async function tagger(): Promise<Workload> {
  const settings = resolveSettingsOf(tagTask, SETTINGS);
  const data = { train: [`${values.data}/wnut17/train.conll`] };
  const prepared = await tagTask.prepare({ data, settings, threads: 1 });
  const { model, loss } = tagTask.replica(device, prepared.options, BATCH);
  const batches = chosen<readonly TagExample[]>(prepared.batchesPerEpoch, prepared.batch);
  const rowOf = ({ inputs, targets }: TagExample): PeerRow => {
    const { characters } = tagArrays(model, [inputs]);
    const [, steps, width] = characters.shape;
    const wordAt = (step: number) => Array.from(characters.data.subarray(step * width, (step + 1) * width));
    return {
      ids: Array.from(inputs.values),
      targets: Array.from(targets),
      characters: Array.from({ length: steps }, (_, step) => wordAt(step)),
    };
  };
  return {
    name: "tagger",
    network: model.config,
    batches: batches.map((rows) => rows.map(rowOf)),
    round: rounder(model.parameters(), batches, loss),
  };
}

async function forecaster(): Promise<Workload> {
  const settings = resolveSettingsOf(forecastTask, {
    ...FORECAST_SETTINGS,
    batchSize: BATCH,
    valFraction: 0,
  });
  const data = { train: [`${values.data}/series/ETTh1.csv`] };
  const prepared = await forecastTask.prepare({ data, settings, threads: 1, device } as never);
  const { model, loss } = forecastTask.replica(device, prepared.options, BATCH);
  const all = chosen<WindowBatch>(prepared.batchesPerEpoch, prepared.batch as never);
  const batches = all.slice(0, MOST_BATCHES);
  const plain = (shape: readonly number[], data: Float32Array) => ({ shape, data: Array.from(data) });
  return {
    name: "forecaster",
    network: model.config,
    batches: batches.map((batch) => ({
      ...Object.fromEntries(
        Object.entries(directArrays(model, batch)).map(([name, { shape, data }]) => [
          name,
          plain(shape, data),
        ]),
      ),
      targets: plain([batch.rows, batch.targets.length / batch.rows], batch.targets),
    })),
    round: rounder(model.parameters(), batches, loss as (batch: WindowBatch) => Tensor),
  };
}

/** The share of a batch's steps that stand behind the ends of its sequences. */
function padding({ batches }: Workload): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const lengths = batches.map((rows) => (isOfRows(rows) ? rows.map(({ ids }) => ids.length) : [1]));
  return 1 - sum(lengths.flat()) / sum(lengths.map((each) => each.length * Math.max(...each)));
}

function isOfRows(rows: Workload["batches"][number]): rows is readonly PeerRow[] {
  return Array.isArray(rows);
}

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
const peerFile = fileURLToPath(new URL("peers/sequence-tasks.py", import.meta.url));

for (const make of [classifier, tagger, forecaster]) {
  if (values.only !== undefined && make.name !== values.only) continue;
  const workload = await make();
  const peer = spawn("/usr/bin/python3", [peerFile, workload.name], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
  const { network, batches } = workload;
  peer.stdin.write(`${JSON.stringify({ network, batches, learningRate: LEARNING_RATE })}\n`);
  const version = (await lines.next()).value;
  if (version === undefined) throw new Error("PyTorch does not run: `apt-get install python3-torch`");
  const times: [number[], number[]] = [[], []];
  // The first round of each is not counted.
  for (let round = 0; round <= rounds; round++) {
    const start = process.cpuUsage();
    workload.round();
    const { user, system } = process.cpuUsage(start);
    const own = (user + system) / 1000;
    peer.stdin.write("go\n");
    const theirs = Number((await lines.next()).value);
    if (round === 0) continue;
    times[0].push(own);
    times[1].push(theirs);
  }
  peer.stdin.end();
  const [own, theirs] = times.map((all) => median(all) / batches.length);
  console.log(
    `${workload.name.padEnd(12)}${own.toFixed(1)} ms a batch of ${BATCH}, PyTorch ${version} ${theirs.toFixed(1)} ms: ` +
      `${(theirs / own).toFixed(2)} x; padding ${(100 * padding(workload)).toFixed(1)} %, ${batches.length} batches`,
  );
}
