import { withDifferences } from "../../audio/differences.ts";
import type { Frames } from "../../audio/frames.ts";
import { FrontEnd } from "../../audio/front-end.ts";
import type { FrontEndOptions } from "../../audio/front-end-options.ts";
import { resample } from "../../audio/resampler.ts";
import { monoOf, type Sound } from "../../audio/sound.ts";
import { isFeatures, readRecording } from "./read-recording.ts";
import { warpOf } from "./vocal-tract.ts";

/** How recordings become frames. Plain data. */
export interface Hearing {
  readonly frontEnd: FrontEndOptions;
  /** Numbers a frame of .mfc files. */
  readonly featureWidth: number;
  /** Differences over time of files of features. */
  readonly deltas: 0 | 1 | 2;
}

/** What frames are made of: one channel of samples at the front end's rate, or features without their differences. */
export type Recorded = { readonly samples: Float32Array } | { readonly features: Frames };

/** Reads recordings, sounds and features, as frames. */
export class Ear {
  readonly frontEnd: FrontEnd;
  readonly #hearing: Hearing;
  /** Front ends whose frequencies are moved, by the factor. */
  readonly #moved = new Map<number, FrontEnd>();

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
    this.frontEnd = new FrontEnd(hearing.frontEnd);
  }

  /** @throws UnrolledError that names the file, for one that is not there or is damaged */
  async read(file: string): Promise<Recorded> {
    return this.recorded(await readRecording(file, this.#hearing.featureWidth));
  }

  /** What frames are made of. */
  recorded(recording: Sound | Frames): Recorded {
    if (isFeatures(recording)) return { features: recording };
    const { sampleRateHz: fromHz } = recording;
    const { sampleRateHz: toHz } = this.frontEnd.options;
    return { samples: resample(monoOf(recording), { fromHz, toHz }) };
  }

  /**
   * Frames with their differences.
   *
   * @param vocalTract of samples: a factor that frequencies are moved by
   */
  frames(recorded: Recorded, vocalTract = 1): Frames {
    if ("features" in recorded) {
      const { deltas } = this.#hearing;
      return withDifferences(recorded.features, { ...this.frontEnd.options, deltas });
    }
    const { sampleRateHz } = this.frontEnd.options;
    return this.#frontEndOf(vocalTract).frames({ sampleRateHz, channels: [recorded.samples] });
  }

  /** Seconds from frame to frame. */
  get hopSeconds(): number {
    return 1 / this.frontEnd.framesPerSecond;
  }

  #frontEndOf(factor: number): FrontEnd {
    if (factor === 1) return this.frontEnd;
    const { options } = this.frontEnd;
    const made = this.#moved.get(factor) ?? new FrontEnd({ ...options, warp: warpOf(factor, options) });
    this.#moved.set(factor, made);
    return made;
  }
}
