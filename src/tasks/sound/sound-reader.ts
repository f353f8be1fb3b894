import type { Frames } from "../../audio/frames.ts";
import type { FrontEnd } from "../../audio/front-end.ts";
import type { ResolvedFrontEnd } from "../../audio/front-end-options.ts";
import type { Sound } from "../../audio/sound.ts";
import { Scaler } from "../../data/tables/scaler.ts";
import { UnrolledError } from "../../errors.ts";
import { Ear, type Recorded } from "./ear.ts";
import { isFeatures } from "./read-recording.ts";
import { frontEndOf, type SoundSettings } from "./sound-options.ts";

/** What sound becomes before a network reads it. Plain data, kept in the model's folder. */
export interface SoundReading {
  readonly frontEnd: ResolvedFrontEnd;
  /** Whether each recording is brought to mean 0 and deviation 1 by itself. */
  readonly isByUtterance: boolean;
  /** Where recordings are files of features and no sound: the numbers a frame that these hold. */
  readonly featureWidth?: number;
}

/** Rates of sound where there is none. */
const NO_RATE_HZ = 16000;

/** How recordings are read that are like the first of them. */
export function soundReading(settings: SoundSettings, first: Sound | Frames): SoundReading {
  const isByUtterance = settings.normalize === "utterance";
  return isFeatures(first)
    ? { frontEnd: frontEndOf(settings, NO_RATE_HZ), isByUtterance, featureWidth: first.width }
    : { frontEnd: frontEndOf(settings, first.sampleRateHz), isByUtterance };
}

/** Makes frames of recordings as a model's reading says. */
export class SoundReader {
  readonly ear: Ear;
  readonly #reading: SoundReading;

  constructor(reading: SoundReading) {
    const { frontEnd, featureWidth = 0 } = reading;
    this.#reading = reading;
    this.ear = new Ear({ frontEnd, featureWidth, deltas: frontEnd.deltas });
  }

  get frontEnd(): FrontEnd {
    return this.ear.frontEnd;
  }

  /** What each number of a frame is. */
  get names(): readonly string[] {
    const { featureWidth } = this.#reading;
    if (featureWidth === undefined) return this.frontEnd.names;
    return ["", "Δ", "ΔΔ"]
      .slice(0, this.frontEnd.options.deltas + 1)
      .flatMap((mark) => Array.from({ length: featureWidth }, (_, at) => `${mark}${at + 1}`));
  }

  /**
   * One channel at the rate of the front end, or features.
   *
   * @param what names the recording in errors
   * @throws UnrolledError "invalid-file" for sound where the others are features, and the other way round
   */
  recorded(recording: Sound | Frames, what: string): Recorded {
    const { featureWidth } = this.#reading;
    const width = isFeatures(recording) ? recording.width : undefined;
    if (width === featureWidth) return this.ear.recorded(recording);
    const said = (numbers: number | undefined) =>
      numbers === undefined ? "sound" : `features of ${numbers} numbers a frame`;
    throw new UnrolledError("invalid-file", {
      call: "read",
      problem: `${what} is ${said(width)}, needed ${said(featureWidth)}, as the others are`,
    });
  }

  /**
   * Frames [T·F] of what was recorded.
   *
   * @param what names the recording in errors
   * @param vocalTract of samples: a factor that frequencies are moved by
   * @throws UnrolledError "invalid-file" for sound that is shorter than a frame
   */
  frames(recorded: Recorded, what: string, vocalTract = 1): Float32Array {
    const { values, width } = this.ear.frames(recorded, vocalTract);
    if (values.length === 0 && "samples" in recorded) {
      const { sampleRateHz, windowMs } = this.frontEnd.options;
      throw new UnrolledError("invalid-file", {
        call: "read",
        problem: `${what} has ${recorded.samples.length} samples at ${sampleRateHz} a second, needed a frame of ${windowMs} ms`,
      });
    }
    return this.#reading.isByUtterance ? Scaler.fit([values], width).apply(values) : values;
  }
}
