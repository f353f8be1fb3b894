// Recordings varied in training: played faster or slower (Ko et al. 2015), with noise.
import { resample } from "../../audio/resampler.ts";
import { exp } from "../../random/exp.ts";
import type { Generator } from "../../random/philox.ts";

/** Rates whose ratio is a speed: 1.1 is 1100 to 1000. */
const FINE = 1000;

/** Samples as they are when the recording is played `factor` times as fast; pitch and formants move along. */
export function withSpeed(samples: Float32Array, factor: number): Float32Array {
  return factor === 1 ? samples : resample(samples, { fromHz: Math.round(factor * FINE), toHz: FINE });
}

/**
 * Samples with a piece of noise, which begins somewhere in it and goes round.
 *
 * @param snrDb how much louder the samples are, in decibels of their powers
 */
export function withNoise(
  samples: Float32Array,
  noise: Float32Array,
  { snrDb, generator }: { readonly snrDb: number; readonly generator: Generator },
): Float32Array {
  const first = generator.integer(noise.length);
  const piece = Float32Array.from(samples, (_, at) => noise[(first + at) % noise.length]);
  const [own, other] = [powerOf(samples), powerOf(piece)];
  if (own === 0 || other === 0) return samples;
  const gain = Math.sqrt(own / other) * exp((-snrDb / 20) * Math.LN10);
  return samples.map((sample, at) => sample + gain * piece[at]);
}

/** White noise of deviation 1. */
export function whiteNoise(length: number, generator: Generator): Float32Array {
  return Float32Array.from({ length }, () => generator.normal());
}

function powerOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum / Math.max(1, samples.length);
}
