// Training steps of the recogniser of AN4 beside PyTorch with the same network over the same batches, on one thread, in turns, in one run:
// two layers of 128 LSTM units each way over three frames a step, dropout, CTC, clipping and AdamW. The figures are medians over the rounds,
// by the processor's own time.
//   npx tsx bench/recogniser.ts [--data FOLDER --batches 10 --rounds 5]
// FOLDER has feat/an4_clstk and etc/an4_train.transcription.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AdamW, openDevice } from "unrolled";
import { trainingStep } from "unrolled/optim";
import type { TranscribeExample } from "../src/tasks/transcribe/transcribe-reading.ts";
import { transcribeTask } from "../src/tasks/transcribe/transcribe-task.ts";
import { resolveSettingsOf } from "../src/training/resolve-settings.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: fileURLToPath(new URL("../../shared/data/an4-mfcc", import.meta.url)) },
    batches: { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
  },
});
const rounds = Number(values.rounds);
const BATCH = 8;
const LEARNING_RATE = 0.002;
const JOINED = 3;

const device = await openDevice();
const settings = resolveSettingsOf(transcribeTask, {
  ...{ stride: JOINED, cell: "lstm", hiddenSize: 128, numLayers: 2, dropout: 0.3, normalize: "utterance" },
  ...{ batchSize: BATCH, valFraction: 0 },
});
const folder = `${values.data}/feat/an4_clstk`;
const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".mfc"),
);
const sounds = names.sort().map((name) => `${folder}/${name}`);
const train = [...sounds, `${values.data}/etc/an4_train.transcription`];
const prepared = await transcribeTask.prepare({ data: { train }, settings, threads: 1, device } as never);
const { model, loss } = transcribeTask.replica(device, prepared.options, BATCH);
const every = Math.floor(prepared.batchesPerEpoch / Number(values.batches));
const batches = Array.from({ length: Number(values.batches) }, (_, at) => {
  const { parts } = prepared.batch({ epoch: 0, batch: at * every }, [BATCH]);
  return parts[0]!.share as readonly TranscribeExample[];
});
const optimiser = new AdamW(model.parameters(), { learningRate: LEARNING_RATE });
const { width } = prepared.options.batching;

const peer = spawn("/usr/bin/python3", [fileURLToPath(new URL("peers/recogniser.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
const rows = batches.map((batch) =>
  batch.map(({ frames, steps, target }) => {
    const padded = new Float32Array(Math.ceil(steps / JOINED) * JOINED * width);
    padded.set(frames);
    return { frames: Array.from(padded, (value) => Math.fround(value)), target: Array.from(target) };
  }),
);
const said = { network: model.config, batches: rows, learningRate: LEARNING_RATE };
peer.stdin.write(
  `${JSON.stringify({ ...said, width: width * JOINED, blank: prepared.options.batching.blank })}\n`,
);
const version = (await lines.next()).value;
if (version === undefined) throw new Error("PyTorch does not run: `apt-get install python3-torch`");

const times: [number[], number[]] = [[], []];
// The first round of each is not counted.
for (let round = 0; round <= rounds; round++) {
  const start = process.cpuUsage();
  for (const batch of batches)
    trainingStep(optimiser, () => ({ loss: loss(batch), found: () => undefined }), { maxNorm: 1 });
  const { user, system } = process.cpuUsage(start);
  peer.stdin.write("go\n");
  const theirs = Number((await lines.next()).value);
  if (round === 0) continue;
  times[0].push((user + system) / 1000);
  times[1].push(theirs);
}
peer.stdin.end();
const [own, theirs] = times.map(
  (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] / batches.length,
);
console.log(
  `${own.toFixed(1)} ms a batch of ${BATCH}, PyTorch ${version} ${theirs.toFixed(1)} ms: ${(theirs / own).toFixed(2)} x`,
);
