// How many seconds of sound the front end makes frames of in a second of the processor: whole recordings of a minute, noise, several
// front ends in turns; the medians.
//   npx tsx bench/front-end.ts
import { cpus } from "node:os";
import process from "node:process";
import { Generator } from "unrolled";
import { FrontEnd, type FrontEndOptions } from "unrolled/audio";

const [SECONDS, ROUNDS] = [60, 9];
const generator = new Generator(1);

const CASES: readonly (readonly [string, FrontEndOptions, number])[] = [
  ["40 filters, 16 kHz", { kind: "fbank", filters: 40 }, 16000],
  ["40 filters, energy, Δ, ΔΔ, 16 kHz", { kind: "fbank", filters: 40, energy: true, deltas: 2 }, 16000],
  ["MFCC, Δ, ΔΔ, 16 kHz", { kind: "mfcc", deltas: 2 }, 16000],
  ["40 filters, 8 kHz", { kind: "fbank", filters: 40, sampleRateHz: 8000 }, 8000],
  ["40 filters, 16 kHz of 44.1 kHz", { kind: "fbank", filters: 40 }, 44100],
];

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const runs = CASES.map(([name, options, sampleRateHz]) => {
  const channels = [Float32Array.from({ length: SECONDS * sampleRateHz }, () => generator.uniform() - 0.5)];
  return { name, frontEnd: new FrontEnd(options), sound: { sampleRateHz, channels }, times: [] as number[] };
});
for (let round = 0; round < ROUNDS; round++)
  for (const { frontEnd, sound, times } of runs) {
    const start = process.cpuUsage();
    frontEnd.frames(sound);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
console.log(cpus()[0].model);
for (const { name, times } of runs)
  console.log(`${name.padEnd(40)}${Math.round((1000 * SECONDS) / median(times))} × real time`);
