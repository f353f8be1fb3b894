// Strings of digits as sounds with what is said in them: spoken by espeak-ng in many voices, or glued from recordings of single digits. The
// same seed makes the same strings.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Generator } from "unrolled";
import { monoOf, readWav, resample, type Sound } from "unrolled/audio";

export const RATE_HZ = 8000;
export const WORDS = "zero one two three four five six seven eight nine".split(" ");

/** A sound and what is said in it. */
export interface Spoken {
  readonly sound: Sound;
  readonly text: string;
}

const LANGUAGES = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029"];
const VARIANTS =
  "m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt3 klatt4 Mike Andy Annie Alex Alicia Andrea Denis Diogo Gene Hugo Jacky Lee Marco Mario Michael Storm adam anika announcer antonio aunty belinda benjamin boris caleb david ed edward grandma grandpa gustave iven john linda marcelo max michel miguel norbert pablo paul pedro quincy rob robert sandro shelby steph travis victor zac".split(
    " ",
  );

const oneOf = <Each>(generator: Generator, all: readonly Each[]) => all[generator.integer(all.length)];
const digits = (generator: Generator, most: number) =>
  Array.from({ length: 1 + generator.integer(most) }, () => generator.integer(10));

/** One to seven digits by espeak-ng (which must be installed), in a voice, at a speed and a pitch that are drawn. */
export function synthesised(generator: Generator): Spoken {
  const words = digits(generator, 7).map((digit) => WORDS[digit]);
  const voice = `${oneOf(generator, LANGUAGES)}+${oneOf(generator, VARIANTS)}`;
  const pauses = [" ", " ", ", "];
  const said = words.map((word) => word + oneOf(generator, pauses)).join("");
  return {
    sound: espeak(said, voice, 110 + generator.integer(110), 20 + generator.integer(61)),
    text: words.join(" "),
  };
}

/** What espeak-ng says, at 8 kHz. */
export function espeak(text: string, voice: string, wordsPerMinute: number, pitch: number): Sound {
  const wav = execFileSync(
    "espeak-ng",
    ["-v", voice, "-s", String(wordsPerMinute), "-p", String(pitch), "--stdout", text],
    { maxBuffer: 1 << 26 },
  );
  // It writes to a pipe, and so says 2 GB for a length that it does not know.
  const bytes = Uint8Array.from(wav);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(40, bytes.length - 44, true);
  const { sampleRateHz, channels } = readWav(bytes);
  return {
    sampleRateHz: RATE_HZ,
    channels: [resample(channels[0], { fromHz: sampleRateHz, toHz: RATE_HZ })],
  };
}

/** The recordings of the Free Spoken Digit Dataset's training part, whose indices begin at 5, by speaker. */
export function recordings(folder: string): Map<string, { digit: number; path: string }[]> {
  const speakers = new Map<string, { digit: number; path: string }[]>();
  for (const name of readdirSync(folder).sort()) {
    const [, digit, speaker, index] = /^(\d)_(\w+)_(\d+)\.wav$/.exec(name) ?? [];
    if (digit === undefined || Number(index) < 5) continue;
    if (!speakers.has(speaker)) speakers.set(speaker, []);
    speakers.get(speaker)!.push({ digit: Number(digit), path: join(folder, name) });
  }
  return speakers;
}

/** One to six recordings of one speaker with gaps of up to 250 ms. */
export function glued(generator: Generator, speakers: ReturnType<typeof recordings>): Spoken {
  const own = speakers.get(oneOf(generator, [...speakers.keys()]))!;
  const chosen = Array.from({ length: 1 + generator.integer(6) }, () => oneOf(generator, own));
  const pieces = chosen.flatMap(({ path }) => [
    monoOf(readWav(readFileSync(path))),
    new Float32Array(generator.integer(RATE_HZ / 4)),
  ]);
  return {
    sound: { sampleRateHz: RATE_HZ, channels: [joined(pieces)] },
    text: chosen.map(({ digit }) => WORDS[digit]).join(" "),
  };
}

/** Louder or softer, with silence around it and noise all over. */
export function inARoom({ sound, text }: Spoken, generator: Generator): Spoken {
  const silence = () => new Float32Array(generator.integer(RATE_HZ * 0.6));
  const samples = joined([silence(), monoOf(sound), silence()]);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  const gain = 10 ** -generator.uniformBetween(0.05, 1.3) / peak;
  const noise = 10 ** -generator.uniformBetween(1.2, 3) * gain * peak;
  const hiss = Float32Array.from(
    samples,
    (sample) => gain * sample + noise * generator.uniformBetween(-1, 1),
  );
  return { sound: { sampleRateHz: RATE_HZ, channels: [hiss] }, text };
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
