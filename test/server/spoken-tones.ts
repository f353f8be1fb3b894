// A language of three tones, and a small recogniser that has learned to write it.
import { FrontEnd } from "../../src/audio/front-end.ts";
import { writeWav } from "../../src/audio/write-wav.ts";
import { Generator, type ModelFiles, train } from "../../src/index.ts";
import { valuesOf } from "../../src/options/option.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { hearingOf } from "../../src/tasks/transcribe/transcribe-reading.ts";

export const TONES_HZ = 8000;
const PITCHES_HZ: Readonly<Record<string, number>> = { a: 300, b: 900, c: 2000 };
const TONE_SECONDS = 0.06;
const REST_SECONDS = 0.03;

const sounding = {
  ...{ sampleRate: TONES_HZ, filters: 8, energy: false, deltas: 0, stride: 2 },
  ...{ bidirectional: false, hiddenSize: 16, numLayers: 1, dropout: 0 },
} as const;

/** Each letter is a tone with a rest behind it, a space is a longer rest. */
export function tonesOf(text: string, seed = 1): Float32Array {
  const generator = new Generator(seed);
  const samples: number[] = [];
  const sound = (seconds: number, hz: number) => {
    for (let at = 0; at < seconds * TONES_HZ; at++)
      samples.push(
        (hz > 0 ? 0.4 * Math.sin((2 * Math.PI * hz * at) / TONES_HZ) : 0) +
          0.01 * generator.uniformBetween(-1, 1),
      );
  };
  for (const letter of text) {
    sound(TONE_SECONDS, PITCHES_HZ[letter] ?? 0);
    sound(REST_SECONDS, 0);
  }
  return Float32Array.from(samples);
}

/** The same as a file. */
export function wavOf(text: string): Uint8Array {
  return writeWav({ sampleRateHz: TONES_HZ, channels: [tonesOf(text)] });
}

/** A recogniser of tones, trained for some seconds. */
export async function recogniserOfTones(): Promise<ModelFiles> {
  const hearing = hearingOf(valuesOf("test", TRANSCRIBE_OPTIONS, sounding));
  const frontEnd = new FrontEnd(hearing.frontEnd);
  const generator = new Generator(7);
  const utterances = Array.from({ length: 120 }, (_, at) => {
    const word = () =>
      Array.from({ length: 1 + generator.integer(3) }, () => "abc"[generator.integer(3)]).join("");
    const text = Array.from({ length: 1 + generator.integer(2) }, word).join(" ");
    const sound = { sampleRateHz: TONES_HZ, channels: [tonesOf(text, at + 10)] };
    return { file: `${at}`, text, frames: frontEnd.frames(sound) };
  });
  const settings = {
    ...{ ...sounding, learningRate: 0.02, batchSize: 8, threads: 1, evalEvery: 0 },
    budget: { epochs: 16 },
  };
  let files: ModelFiles = {};
  const run = {
    task: "transcribe",
    data: { train: utterances } as never,
    settings: settings as never,
  } as const;
  for await (const event of train(run)) if (event.type === "model") files = event.files as ModelFiles;
  return files;
}
