import { UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";
import { withHiddenParts } from "./hide-frames.ts";
import { isRecording } from "./read-recording.ts";
import { readRecordings } from "./read-recordings.ts";
import { recordingEntries } from "./recording-entries.ts";
import type { SoundSettings } from "./sound-options.ts";
import type { SoundReader } from "./sound-reader.ts";
import { whiteNoise, withNoise, withSpeed } from "./vary-samples.ts";

/** Place among a seed's streams of random numbers. */
const VARIED = 11;
const WHITE = "white";
const WHITE_SECONDS = 4;

/** An example as training has it. */
export interface HeardExample {
  /** Normalised frames [T·F]. */
  readonly frames: Float32Array;
  /** At the rate of the front end; undefined where they are not kept. */
  readonly samples: Float32Array | undefined;
}

/** Which variation: of which example, in which epoch. */
export interface VariedPlace {
  readonly epoch: number;
  readonly example: number;
}

/** Whether settings vary samples, which are kept then. */
export function variesSamples({ speeds, noise }: SoundSettings): boolean {
  return speeds.length > 0 || noise.length > 0;
}

/** Whether settings vary anything. */
export function varies(settings: SoundSettings): boolean {
  return variesSamples(settings) || settings.timeMasks > 0 || settings.frequencyMasks > 0;
}

/** Varies recordings in training: a function of seed, epoch and example alone. */
export class VariedSounds {
  readonly #settings: SoundSettings & { readonly seed: number };
  readonly #reader: SoundReader;
  readonly #scale: (frames: Float32Array) => Float32Array;
  readonly #noises: readonly Float32Array[];
  readonly #speeds: readonly number[];
  readonly #snr: readonly number[];

  private constructor(
    settings: SoundSettings & { readonly seed: number },
    reader: SoundReader,
    scale: (frames: Float32Array) => Float32Array,
    noises: readonly Float32Array[],
  ) {
    this.#settings = settings;
    this.#reader = reader;
    this.#scale = scale;
    this.#noises = noises;
    this.#speeds = numbersOf(
      "speeds",
      settings.speeds,
      (speed) => speed >= 0.5 && speed <= 2,
      "factors from 0.5 to 2",
    );
    this.#snr = numbersOf("noiseSnr", settings.noiseSnr, Number.isFinite, "two numbers, from and to");
  }

  /**
   * @param scale brings frames to mean 0 and deviation 1, as the training part's are
   * @throws UnrolledError "missing-file", "invalid-file" for noise; "invalid-argument" for settings that are none
   */
  static async of(
    settings: SoundSettings & { readonly seed: number },
    reader: SoundReader,
    scale: (frames: Float32Array) => Float32Array,
  ): Promise<VariedSounds> {
    return new VariedSounds(settings, reader, scale, await noisesOf(settings, reader));
  }

  /** An example's frames as they are heard this time. */
  of({ frames, samples }: HeardExample, { epoch, example }: VariedPlace): Float32Array {
    const { seed, timeMasks, frequencyMasks } = this.#settings;
    const generator = new Generator(seed).fork(VARIED).fork(epoch).fork(example);
    let heard = frames;
    if (samples && (this.#speeds.length > 0 || this.#noises.length > 0))
      heard = this.#scale(
        this.#reader.frames(this.#variedSamples(samples, generator), "a recording played faster"),
      );
    if (timeMasks === 0 && frequencyMasks === 0) return heard;
    const { width, options } = this.#reader.frontEnd;
    return withHiddenParts(heard, { width, block: width / (options.deltas + 1) }, this.#settings, generator);
  }

  #variedSamples(samples: Float32Array, generator: Generator): Float32Array {
    const speeds = this.#speeds;
    const played = speeds.length > 0 ? withSpeed(samples, speeds[generator.integer(speeds.length)]) : samples;
    if (this.#noises.length === 0) return played;
    const noise = this.#noises[generator.integer(this.#noises.length)];
    const [from, to = from] = this.#snr;
    return withNoise(played, noise, { snrDb: generator.uniformBetween(from, to), generator });
  }
}

async function noisesOf(
  {
    noise,
    delimiter = null,
    seed,
  }: SoundSettings & { readonly seed: number; readonly delimiter?: string | null },
  reader: SoundReader,
): Promise<Float32Array[]> {
  const noises: Float32Array[] = [];
  const { sampleRateHz } = reader.frontEnd.options;
  if (noise.includes(WHITE))
    noises.push(whiteNoise(WHITE_SECONDS * sampleRateHz, new Generator(seed).fork(VARIED).fork(0)));
  const files = noise.filter((each) => each !== WHITE);
  if (files.length === 0) return noises;
  const entries = [
    ...(await recordingsOf(files.filter(isRecording), delimiter)),
    ...(await recordingsOf(
      files.filter((file) => !isRecording(file)),
      delimiter,
    )),
  ];
  for await (const { sound } of readRecordings(entries)) noises.push(reader.samples(sound));
  return noises;
}

async function recordingsOf(files: readonly string[], delimiter: string | null) {
  return files.length === 0 ? [] : recordingEntries(files, { manifest: null, delimiter });
}

function numbersOf(
  option: string,
  given: readonly string[],
  isFine: (value: number) => boolean,
  needed: string,
): number[] {
  const numbers = given.map(Number);
  if (numbers.every(isFine)) return numbers;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option }],
    got: given.join(","),
    needed,
  });
}
