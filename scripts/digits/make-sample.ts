// Writes what the explorer plays to those who have no microphone: npx tsx scripts/digits/make-sample.ts FILE.wav
import { writeFileSync } from "node:fs";
import { monoOf, writeWav } from "unrolled/audio";
import { espeak, RATE_HZ } from "./strings.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("a file to write is needed");
const spoken = monoOf(espeak("three one, four one five, nine", "en-gb+f2", 150, 50));
// A network needs a little silence behind the last word.
const samples = new Float32Array(spoken.length + RATE_HZ / 2);
samples.set(spoken);
writeFileSync(file, writeWav({ sampleRateHz: RATE_HZ, channels: [samples] }));
