// How much faster than sound the digit recogniser of the explorer listens: its sample, again and again, in pieces of 20 ms as they come from a
// microphone, with a beam of 16; on one thread, native and as WebAssembly. The figures are medians, by the processor's own time.
//   npx tsx bench/recogniser-stream.ts [--seconds 60 --rounds 5]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openDevice, openModel } from "unrolled";
import { monoOf, readWav, recogniserSession } from "unrolled/audio";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "5" },
  },
});
const PIECE_SECONDS = 0.02;
const MODEL = "web/public/models/digits";

const sound = readWav(readFileSync("web/public/digits-sample.wav"));
const { sampleRateHz } = sound;
const sample = monoOf(sound);
const samples = Float32Array.from(
  { length: Number(values.seconds) * sampleRateHz },
  (_, at) => sample[at % sample.length],
);
const piece = Math.round(PIECE_SECONDS * sampleRateHz);

for (const backend of ["native", "wasm"] as const) {
  const model = await openModel(MODEL, { task: "transcribe", device: await openDevice({ backend }) });
  const speeds: number[] = [];
  // The first round is not counted.
  for (let round = 0; round <= Number(values.rounds); round++) {
    const session = recogniserSession(model, { sampleRateHz, beamWidth: 16 });
    const start = process.cpuUsage();
    for (let from = 0; from < samples.length; from += piece) {
      session.feed(samples.subarray(from, from + piece));
      session.text();
    }
    session.finish();
    const { user, system } = process.cpuUsage(start);
    if (round > 0) speeds.push(samples.length / sampleRateHz / ((user + system) / 1e6));
  }
  const median = speeds.toSorted((a, b) => a - b)[Math.floor(speeds.length / 2)];
  console.log(`${backend.padEnd(8)}${median.toFixed(0)} x real time, by the processor's own time`);
}
