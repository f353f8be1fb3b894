import { UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";
import type { Ear, Recorded } from "./ear.ts";
import { withHiddenParts } from "./hide-frames.ts";
import { isRecording } from "./read-recording.ts";
import { readRecordings } from "./read-recordings.ts";
import { recordingEntries } from "./recording-entries.ts";
import { type VariationSettings, WHITE } from "./variation-options.ts";
import { withFrameSpeed } from "./vary-features.ts";
import { whiteNoise, withNoise, withSpeed } from "./vary-samples.ts";
import { MovedCepstra } from "./vocal-tract.ts";

/** Place among a seed's streams of random numbers. */
const VARIED = 11;
const WHITE_SECONDS = 4;

/** An example as training has it. */
export interface HeardExample {
  /** Normalised frames [T·F]. */
  readonly frames: Float32Array;
  /** What they were made of; undefined where that is not kept. */
  readonly recorded?: Recorded | undefined;
}

/** What makes frames of recordings that are varied. */
export interface Hears {
  readonly ear: Ear;
  /** Numbers a frame: F. */
  readonly width: number;
  /** Normalised frames [T·F], of samples with their frequencies moved by a factor. */
  frames(recorded: Recorded, vocalTract: number): Float32Array;
}

/** Which variation: of which example, in which epoch. */
export interface VariedPlace {
  readonly epoch: number;
  readonly example: number;
}

/** Whether settings vary what frames are made of, which is kept then. */
export function variesRecorded({ speeds, vocalTracts, noise }: Omit<VariationSettings, "seed">): boolean {
  return speeds.length > 0 || vocalTracts.length > 0 || noise.length > 0;
}

/** Whether settings vary anything. */
export function varies(settings: Omit<VariationSettings, "seed">): boolean {
  return variesRecorded(settings) || settings.timeMasks > 0 || settings.frequencyMasks > 0;
}

/** Varies recordings in training: a function of seed, epoch and example alone. */
export class VariedSounds {
  readonly #settings: VariationSettings;
  readonly #hears: Hears;
  readonly #noises: readonly Float32Array[];
  readonly #speeds: readonly number[];
  readonly #tracts: readonly number[];
  readonly #snr: readonly number[];
  readonly #cepstra = new MovedCepstra();

  private constructor(settings: VariationSettings, hears: Hears, noises: readonly Float32Array[]) {
    this.#settings = settings;
    this.#hears = hears;
    this.#noises = noises;
    this.#speeds = numbersOf(
      "speeds",
      settings.speeds,
      (speed) => speed >= 0.5 && speed <= 2,
      "factors from 0.5 to 2",
    );
    this.#tracts = numbersOf(
      "vocalTracts",
      settings.vocalTracts,
      (factor) => factor >= 0.7 && factor <= 1.4,
      "factors from 0.7 to 1.4, the least and the greatest",
    );
    this.#snr = numbersOf("noiseSnr", settings.noiseSnr, Number.isFinite, "two numbers, from and to");
  }

  /** @throws UnrolledError "missing-file", "invalid-file" for noise; "invalid-argument" for settings that are none */
  static async of(
    settings: VariationSettings,
    hears: Hears,
    examples: Iterable<Pick<HeardExample, "recorded">>,
  ): Promise<VariedSounds> {
    for (const { recorded } of examples) requireVariable(settings, recorded);
    return new VariedSounds(settings, hears, await noisesOf(settings, hears.ear));
  }

  /** An example's frames as they are heard this time. */
  of({ frames, recorded }: HeardExample, { epoch, example }: VariedPlace): Float32Array {
    const { seed, timeMasks, frequencyMasks } = this.#settings;
    const generator = new Generator(seed).fork(VARIED).fork(epoch).fork(example);
    let heard = frames;
    if (recorded && variesRecorded(this.#settings)) heard = this.#varied(recorded, generator);
    if (timeMasks === 0 && frequencyMasks === 0) return heard;
    const { width, ear } = this.#hears;
    const parts = ear.frontEnd.options.deltas + 1;
    const block = width % parts === 0 ? width / parts : width;
    return withHiddenParts(heard, { width, block }, this.#settings, generator);
  }

  #varied(recorded: Recorded, generator: Generator): Float32Array {
    const speed = this.#speeds.length > 0 ? this.#speeds[generator.integer(this.#speeds.length)] : 1;
    const tract = this.#vocalTract(generator);
    if ("features" in recorded) {
      const features = this.#cepstra.of(withFrameSpeed(recorded.features, speed), tract);
      return this.#hears.frames({ features }, 1);
    }
    const played = withSpeed(recorded.samples, speed);
    if (this.#noises.length === 0) return this.#hears.frames({ samples: played }, tract);
    const noise = this.#noises[generator.integer(this.#noises.length)];
    const [from, to = from] = this.#snr;
    const snrDb = generator.uniformBetween(from, to);
    return this.#hears.frames({ samples: withNoise(played, noise, { snrDb, generator }) }, tract);
  }

  /** A factor, to a hundredth, so that what is made for it can be kept. */
  #vocalTract(generator: Generator): number {
    const [from, to = from] = this.#tracts;
    return from === undefined ? 1 : Math.round(100 * generator.uniformBetween(from, to)) / 100;
  }
}

/** Noise needs samples, a vocal tract needs samples or cepstra whose formula is known, a speed what frames are made of. */
function requireVariable(settings: VariationSettings, recorded: Recorded | undefined): void {
  const refuse = (option: "noise" | "vocalTracts" | "speeds", needed: string) => {
    if (settings[option].length === 0) return;
    const got = settings[option].join(",");
    throw new UnrolledError("invalid-argument", { call: "train", subject: [{ option }], got, needed });
  };
  if (recorded && "samples" in recorded) return;
  refuse("noise", "recordings of sound: features have no samples that noise is mixed into");
  if (recorded && !("kind" in recorded.features)) return;
  refuse("vocalTracts", "recordings of sound, or cepstra of Sphinx (.mfc)");
  if (!recorded) refuse("speeds", "recordings in files, or sounds");
}

async function noisesOf({ noise, delimiter, seed }: VariationSettings, ear: Ear): Promise<Float32Array[]> {
  const noises: Float32Array[] = [];
  const { sampleRateHz } = ear.frontEnd.options;
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
  for await (const { entry, recording } of readRecordings(entries)) {
    const recorded = ear.recorded(recording);
    if ("features" in recorded)
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${entry.file} is features, needed sound to mix in`,
      });
    noises.push(recorded.samples);
  }
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
