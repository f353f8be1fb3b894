// How long a frame of a speech enhancer of GTCRN's size takes (peers/speech-enhancer.ts), beside onnxruntime-node on one thread. They
// take turns on the same frames; the figures are medians of the rounds, by the clock and by the processor's own time.
//   npx tsx bench/speech-enhancer.ts [--rounds N --frames N]
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { openModel } from "unrolled";
import { CACHES, FRAME, speechEnhancer } from "./peers/speech-enhancer.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, frames: { type: "string", default: "300" } },
});
const [rounds, frames] = [Number(values.rounds), Number(values.frames)];
const { file, weights, grus } = speechEnhancer();
console.log(`${grus} GRUs, ${weights} weights, ${file.length} bytes`);

const sizeOf = (dims: readonly number[]) => dims.reduce((product, length) => product * length, 1);
const mixes = Array.from({ length: 64 }, (_, frame) =>
  Float32Array.from({ length: sizeOf(FRAME) }, (_, at) => Math.sin(frame * 7.3 + at * at * 0.01)),
);

const model = await openModel(file);
const states = Object.fromEntries(CACHES.map(({ name }) => [name, `${name}_out`]));
const ours = model.session({ states });
const enhanced = new Float32Array(sizeOf(FRAME));
const outputs = { enhanced };
const stepOurs = (frame: number) => {
  ours.stepInto({ mix: mixes[frame % mixes.length] }, outputs);
  return enhanced;
};

const session = await InferenceSession.create(file, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionProviders: ["cpu"],
});
let caches = Object.fromEntries(
  CACHES.map(({ name, dims }) => [name, new Tensor("float32", new Float32Array(sizeOf(dims)), dims)]),
);
const stepTheirs = async (frame: number) => {
  const mix = new Tensor("float32", mixes[frame % mixes.length], FRAME);
  const results = await session.run({ mix, ...caches });
  caches = Object.fromEntries(CACHES.map(({ name }) => [name, results[`${name}_out`] as Tensor]));
  return results.enhanced.data as Float32Array;
};

let furthest = 0;
for (let frame = 0; frame < 200; frame++) {
  const [here, there] = [stepOurs(frame), await stepTheirs(frame)];
  for (let at = 0; at < there.length; at++) furthest = Math.max(furthest, Math.abs(here[at] - there[at]));
}
console.log(`furthest apart in 200 frames: ${furthest.toExponential(1)}`);

const samples = {
  ours: [] as number[],
  theirs: [] as number[],
  oursCpu: [] as number[],
  theirsCpu: [] as number[],
};
for (let round = 0; round < rounds; round++) {
  for (const who of ["ours", "theirs"] as const) {
    const [clock, processor] = [performance.now(), process.cpuUsage()];
    for (let frame = 0; frame < frames; frame++) {
      if (who === "ours") stepOurs(frame);
      else await stepTheirs(frame);
    }
    const { user, system } = process.cpuUsage(processor);
    samples[who].push(((performance.now() - clock) * 1000) / frames);
    samples[`${who}Cpu`].push((user + system) / frames);
  }
}
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1];
const line = (name: string, ours: readonly number[], theirs: readonly number[]) =>
  console.log(
    `${name}: unrolled ${median(ours).toFixed(0)} µs a frame, onnxruntime-node ${median(theirs).toFixed(0)} µs, ratio ${(median(ours) / median(theirs)).toFixed(2)}`,
  );
line("by the clock", samples.ours, samples.theirs);
line("by processor time", samples.oursCpu, samples.theirsCpu);
