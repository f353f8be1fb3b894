import { UnrolledError } from "../../errors.ts";

/** What a scaler has found, as plain data. */
export interface ScalerState {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Brings each of F features to mean 0 and deviation 1, as they were in what it was fitted to. Missing values, NaN, count for nothing. */
export class Scaler {
  readonly mean: readonly number[];
  /** 1 for a feature that never changes. */
  readonly deviation: readonly number[];

  constructor({ mean, deviation }: ScalerState) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Of sequences, each a flat list [T·F] step by step: the training part's alone.
   *
   * @throws UnrolledError "invalid-argument" for a list whose length is no multiple of F
   */
  static fit(sequences: Iterable<ArrayLike<number>>, features: number): Scaler {
    const counts = new Float64Array(features);
    const means = new Float64Array(features);
    const squares = new Float64Array(features);
    for (const sequence of sequences) {
      if (sequence.length % features !== 0) {
        throw new UnrolledError("invalid-argument", {
          call: "Scaler.fit",
          subject: "a sequence's length",
          got: String(sequence.length),
          needed: `a multiple of ${features}, the features`,
        });
      }
      // Welford 1962: the sums stay exact where numbers are large beside their differences.
      for (let at = 0; at < sequence.length; at++) {
        const value = sequence[at];
        if (Number.isNaN(value)) continue;
        const feature = at % features;
        counts[feature] += 1;
        const before = value - means[feature];
        means[feature] += before / counts[feature];
        squares[feature] += before * (value - means[feature]);
      }
    }
    const deviation = Array.from(squares, (sum, feature) => Math.sqrt(sum / Math.max(1, counts[feature])));
    return new Scaler({ mean: [...means], deviation: deviation.map((each) => (each > 0 ? each : 1)) });
  }

  /** A flat sequence [T·F], scaled; a missing value is that of the step before, or else the mean. */
  apply(sequence: ArrayLike<number>): Float32Array {
    const { mean, deviation } = this;
    const features = mean.length;
    const scaled = new Float32Array(sequence.length);
    for (let at = 0; at < sequence.length; at++) {
      const feature = at % features;
      const value = (sequence[at] - mean[feature]) / deviation[feature];
      scaled[at] = Number.isNaN(value) ? (at >= features ? scaled[at - features] : 0) : value;
    }
    return scaled;
  }
}
