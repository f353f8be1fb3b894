// Glues recordings of single digits to strings of digits, of one speaker each, with silence between: what a recogniser of digits learns from
// and is measured on. The recordings are those of the Free Spoken Digit Dataset, `{digit}_{speaker}_{index}.wav`, of which its split holds
// out the indices 0 to 4.
//   npx tsx --tsconfig examples/tsconfig.json scripts/digit-strings.mjs RECORDINGS OUT [--training 1000] [--test 180] [--seed 1]
//     [--gap-ms 200] [--noise-db 5] [--tracks]
// OUT gets training/ and test/, with a table of files and texts beside each. With --noise-db white noise is mixed in, so much softer than the
// string and up to 20 dB more; with --tracks there is silence at both ends too, and a label track of Audacity says where somebody speaks.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Generator } from "unrolled";
import { monoOf, readWav, writeWav } from "unrolled/audio";

const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const HELD_OUT = 5;
const RATE_HZ = 8000;
const SOFTER_DB = 20;
const [FEWEST, MOST] = [3, 7];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    training: { type: "string", default: "1000" },
    test: { type: "string", default: "180" },
    seed: { type: "string", default: "1" },
    "gap-ms": { type: "string", default: "200" },
    "noise-db": { type: "string" },
    tracks: { type: "boolean", default: false },
  },
});
const [recordings, out] = positionals;
if (!recordings || !out) throw new Error("needed: the folder of recordings, and one to write to");

const longestGap = (Number(values["gap-ms"]) * RATE_HZ) / 1000;
const noiseDb = values["noise-db"] === undefined ? undefined : Number(values["noise-db"]);

/** Mixes white noise in, so many decibels softer than the samples are where somebody speaks. */
function mixNoise(samples, spoken, generator) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / spoken;
  const gain = Math.sqrt(power / 10 ** ((noiseDb + generator.uniformBetween(0, SOFTER_DB)) / 10));
  for (let at = 0; at < samples.length; at++) samples[at] += gain * generator.normal();
}

/** Recordings of each speaker, of one part. */
function speakersOf(isTest) {
  const speakers = new Map();
  for (const file of readdirSync(recordings).sort()) {
    const [, digit, speaker, index] = /^(\d)_(\w+)_(\d+)\.wav$/.exec(file) ?? [];
    if (digit === undefined || Number(index) < HELD_OUT !== isTest) continue;
    const samples = monoOf(readWav(readFileSync(join(recordings, file))));
    const all = speakers.get(speaker) ?? [];
    all.push({ word: WORDS[digit], samples });
    speakers.set(speaker, all);
  }
  return speakers;
}

for (const [at, part] of ["training", "test"].entries()) {
  const generator = new Generator(Number(values.seed)).fork(at);
  const speakers = [...speakersOf(part === "test")];
  mkdirSync(join(out, part), { recursive: true });
  const rows = ["file,text,speaker"];
  for (let string = 0; string < Number(values[part]); string++) {
    const [speaker, all] = speakers[string % speakers.length];
    const count = FEWEST + generator.integer(MOST - FEWEST + 1);
    const said = Array.from({ length: count }, () => all[generator.integer(all.length)]);
    const samples = [];
    const track = [];
    const silence = () => {
      for (let left = generator.integer(longestGap + 1); left > 0; left--) samples.push(0);
    };
    for (const [place, each] of said.entries()) {
      if (place > 0 || values.tracks) silence();
      const start = samples.length;
      for (const sample of each.samples) samples.push(sample);
      track.push([start / RATE_HZ, samples.length / RATE_HZ, "speech"].join("\t"));
    }
    if (values.tracks) silence();
    const spoken = said.reduce((sum, each) => sum + each.samples.length, 0);
    if (noiseDb !== undefined) mixNoise(samples, spoken, generator);
    const name = `${speaker}-${string}.wav`;
    if (values.tracks) writeFileSync(join(out, part, `${speaker}-${string}.txt`), `${track.join("\n")}\n`);
    const sound = { sampleRateHz: RATE_HZ, channels: [Float32Array.from(samples)] };
    writeFileSync(join(out, part, name), writeWav(sound));
    rows.push(`${part}/${name},${said.map(({ word }) => word).join(" ")},${speaker}`);
  }
  writeFileSync(join(out, `${part}.csv`), `${rows.join("\n")}\n`);
}
