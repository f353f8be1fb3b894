// Writes strings of digits as WAV files with a manifest:
//   npx tsx scripts/digits/make-strings.ts --out DIR --count 1500 [--seed 1] [--recordings DIR]
// With recordings, those of the Free Spoken Digit Dataset (Jakobovski et al., CC BY-SA 4.0), every second string is glued of them; the others
// are spoken by espeak-ng (apt-get install espeak-ng).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Generator } from "unrolled";
import { writeWav } from "unrolled/audio";
import { glued, inARoom, recordings, synthesised } from "./strings.ts";

const { values: flags } = parseArgs({
  options: {
    out: { type: "string" },
    count: { type: "string", default: "1500" },
    seed: { type: "string", default: "1" },
    recordings: { type: "string" },
  },
});
if (flags.out === undefined) throw new Error("--out says where to write");
const generator = new Generator(Number(flags.seed));
const speakers = flags.recordings === undefined ? undefined : recordings(flags.recordings);
mkdirSync(flags.out, { recursive: true });
const rows = ["file,text"];
for (let index = 0; index < Number(flags.count); index++) {
  const spoken = speakers && index % 2 === 1 ? glued(generator, speakers) : synthesised(generator);
  const { sound, text } = inARoom(spoken, generator);
  const name = `${String(index).padStart(5, "0")}.wav`;
  writeFileSync(join(flags.out, name), writeWav(sound));
  rows.push(`${name},${text}`);
}
writeFileSync(join(flags.out, "digits.csv"), `${rows.join("\n")}\n`);
console.log(`${flags.count} strings of digits in ${flags.out}`);
