import { Differences } from "./differences.ts";
import type { FrameFeatures } from "./frame-features.ts";
import type { ResolvedFrontEnd } from "./front-end-options.ts";
import type { Resampler } from "./resampler.ts";
import { requireSamples } from "./sound.ts";

/**
 * The frames of sound that comes in pieces: the same ones, bit by bit, as of the whole. A frame comes when its last sample is there, and
 * with differences so many frames later as they look ahead.
 */
export class FeatureStream {
  readonly #features: FrameFeatures;
  readonly #differences: Differences;
  readonly #resampler: Resampler | undefined;
  readonly #width: number;
  /** Samples from the next frame's first on. */
  #pending = new Float32Array(0);
  /** Samples to pass over before the next frame, if frames lie further apart than they are long. */
  #gap = 0;
  #index = 0;

  /** @internal */
  constructor(options: ResolvedFrontEnd, features: FrameFeatures, resampler: Resampler | undefined) {
    this.#features = features;
    this.#differences = new Differences(options);
    this.#resampler = resampler;
    this.#width = features.width * (options.deltas + 1);
  }

  /** The frames [T, F] that these samples complete, row by row; often none. */
  push(samples: Float32Array): Float32Array {
    requireSamples("FeatureStream.push", samples);
    const resampled = this.#resampler ? this.#resampler.push(samples) : samples;
    return this.#rows(this.#framesOf(resampled));
  }

  /** What is left when no more samples come; samples that make no whole frame are dropped. */
  finish(): Float32Array {
    const rows = this.#resampler ? this.#framesOf(this.#resampler.finish()) : [];
    return this.#rows([...rows, ...this.#differences.finish()]);
  }

  #framesOf(samples: Float32Array): Float64Array[] {
    const { windowSamples, hopSamples } = this.#features;
    const skipped = Math.min(this.#gap, samples.length);
    this.#gap -= skipped;
    const all = new Float32Array(this.#pending.length + samples.length - skipped);
    all.set(this.#pending);
    all.set(samples.subarray(skipped), this.#pending.length);
    const rows: Float64Array[] = [];
    let from = 0;
    for (; from + windowSamples <= all.length; from += hopSamples)
      for (const row of this.#differences.push(this.#features.of(all, from, this.#index++))) rows.push(row);
    this.#gap += Math.max(0, from - all.length);
    this.#pending = all.slice(Math.min(from, all.length));
    return rows;
  }

  #rows(rows: readonly Float64Array[]): Float32Array {
    const values = new Float32Array(rows.length * this.#width);
    for (const [at, row] of rows.entries()) values.set(row, at * this.#width);
    return values;
  }
}
