import { FrontEnd } from "../../audio/front-end.ts";
import type { ResolvedFrontEnd } from "../../audio/front-end-options.ts";
import { resample } from "../../audio/resampler.ts";
import { monoOf, type Sound } from "../../audio/sound.ts";
import { Scaler } from "../../data/tables/scaler.ts";
import { UnrolledError } from "../../errors.ts";

/** What sound becomes before a network reads it. Plain data, kept in the model's folder. */
export interface SoundReading {
  readonly frontEnd: ResolvedFrontEnd;
  /** Whether each recording is brought to mean 0 and deviation 1 by itself. */
  readonly isByUtterance: boolean;
}

/** Makes frames of recordings as a model's reading says. */
export class SoundReader {
  readonly frontEnd: FrontEnd;
  readonly #isByUtterance: boolean;

  constructor({ frontEnd, isByUtterance }: SoundReading) {
    this.frontEnd = new FrontEnd(frontEnd);
    this.#isByUtterance = isByUtterance;
  }

  /** One channel at the rate of the front end. */
  samples({ sampleRateHz, channels }: Sound): Float32Array {
    const { sampleRateHz: toHz } = this.frontEnd.options;
    return resample(monoOf({ sampleRateHz, channels }), { fromHz: sampleRateHz, toHz });
  }

  /**
   * Frames [T·F] of samples at the rate of the front end.
   *
   * @param what names the recording in errors
   * @throws UnrolledError "invalid-file" for sound that is shorter than a frame
   */
  frames(samples: Float32Array, what: string): Float32Array {
    const { sampleRateHz, windowMs } = this.frontEnd.options;
    const { values, width } = this.frontEnd.frames({ sampleRateHz, channels: [samples] });
    if (values.length === 0)
      throw new UnrolledError("invalid-file", {
        call: "read",
        problem: `${what} has ${samples.length} samples at ${sampleRateHz} a second, needed a frame of ${windowMs} ms`,
      });
    return this.#isByUtterance ? Scaler.fit([values], width).apply(values) : values;
  }
}
