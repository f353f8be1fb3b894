import { FeatureStream } from "./feature-stream.ts";
import { FrameFeatures, featureNames } from "./frame-features.ts";
import type { Frames } from "./frames.ts";
import { type FrontEndOptions, type ResolvedFrontEnd, resolveFrontEnd } from "./front-end-options.ts";
import { Resampler } from "./resampler.ts";
import { monoOf, requireSampleRate, requireSound, type Sound } from "./sound.ts";

/**
 * Makes frames of features out of sound: mel filter banks or cepstra, with energy and differences, by HTK's formulas or Kaldi's. The same
 * sound gives the same bits on every platform.
 *
 * @example
 * // 40 filters and the energy, with Δ and ΔΔ: the 123 numbers of Graves, Mohamed & Hinton 2013.
 * const frontEnd = new FrontEnd({ kind: "fbank", filters: 40, energy: true, deltas: 2 });
 * const { values, width } = frontEnd.frames(readWav(bytes));
 */
export class FrontEnd {
  /** Everything that it computes by, with nothing left out: plain data, which makes the same front end again. */
  readonly options: ResolvedFrontEnd;
  /** What each number of a frame is; their number is F. */
  readonly names: readonly string[];
  readonly #features: FrameFeatures;

  /** @throws UnrolledError "invalid-argument" for an option that is unknown, or does not fit the others */
  constructor(options: FrontEndOptions) {
    this.options = resolveFrontEnd(options);
    const names = featureNames(this.options);
    this.names = ["", "Δ", "ΔΔ"]
      .slice(0, this.options.deltas + 1)
      .flatMap((mark) => names.map((name) => mark + name));
    this.#features = new FrameFeatures(this.options);
  }

  /** Numbers a frame: F. */
  get width(): number {
    return this.names.length;
  }

  /** Frames a second. */
  get framesPerSecond(): number {
    return this.options.sampleRateHz / this.#features.hopSamples;
  }

  /** Frames that differences look ahead. */
  get lookAhead(): number {
    return this.options.deltas * this.options.deltaWindow;
  }

  /**
   * The frames of a whole sound, its channels' mean. Frames begin every `hopMs`, as long as whole ones fit: a sound that is shorter than
   * one gives none.
   */
  frames(sound: Sound): Frames {
    requireSound("FrontEnd.frames", sound);
    const stream = this.stream(sound.sampleRateHz);
    const [begin, rest] = [stream.push(monoOf(sound)), stream.finish()];
    const values = new Float32Array(begin.length + rest.length);
    values.set(begin);
    values.set(rest, begin.length);
    return { width: this.width, values };
  }

  /**
   * The frames of sound that comes in pieces.
   *
   * @param sampleRateHz samples a second of what comes; those of the front end if not given
   */
  stream(sampleRateHz = this.options.sampleRateHz): FeatureStream {
    const { sampleRateHz: toHz } = this.options;
    requireSampleRate("FrontEnd.stream", "sampleRateHz", sampleRateHz);
    const resampler = sampleRateHz === toHz ? undefined : new Resampler({ fromHz: sampleRateHz, toHz });
    return new FeatureStream(this.options, this.#features, resampler);
  }
}
