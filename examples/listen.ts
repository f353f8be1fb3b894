// A recogniser hears a sound as it would come from a microphone, and says what it has understood so far.
//   npm run example examples/listen.ts [-- SOUND.wav]
import { readFileSync } from "node:fs";
import { openModel } from "unrolled";
import { monoOf, readWav, recogniserSession } from "unrolled/audio";

const [file = "web/public/digits-sample.wav"] = process.argv.slice(2);
const sound = readWav(readFileSync(file));
const model = await openModel("web/public/models/digits", { task: "transcribe" });
const session = recogniserSession(model, { sampleRateHz: sound.sampleRateHz, beamWidth: 16 });

const samples = monoOf(sound);
const piece = Math.round(sound.sampleRateHz / 10);
let before = "";
for (let from = 0; from < samples.length; from += piece) {
  session.feed(samples.subarray(from, from + piece));
  const text = session.text();
  if (text !== before) console.log(`${((from + piece) / sound.sampleRateHz).toFixed(1)} s  ${text}`);
  before = text;
}
session.finish();
for (const { word, start, end } of session.transcript().words)
  console.log(`${word}: ${start.toFixed(2)} to ${end.toFixed(2)} s`);
