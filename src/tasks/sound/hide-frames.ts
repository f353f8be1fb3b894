// SpecAugment (Park et al. 2019): stretches of frames and bands of filters are set to the mean, which is 0 in what is normalised.
import type { Generator } from "../../random/philox.ts";

/** How much is hidden. */
export interface HiddenParts {
  readonly timeMasks: number;
  readonly timeMaskWidth: number;
  readonly frequencyMasks: number;
  readonly frequencyMaskWidth: number;
}

/** The greatest share of a recording that one stretch may hide, so that a short one is not all hidden. */
const GREATEST_SHARE = 0.2;

/**
 * A copy of normalised frames [T·F] with parts of them 0.
 *
 * @param block filters of a frame, of which each of the blocks x, Δ, ΔΔ hides the same ones
 */
export function withHiddenParts(
  frames: Float32Array,
  { width, block }: { readonly width: number; readonly block: number },
  { timeMasks, timeMaskWidth, frequencyMasks, frequencyMaskWidth }: HiddenParts,
  generator: Generator,
): Float32Array {
  const hidden = frames.slice();
  const steps = frames.length / width;
  const most = Math.min(timeMaskWidth, Math.floor(GREATEST_SHARE * steps));
  for (let mask = 0; mask < timeMasks; mask++) {
    const length = generator.integer(most + 1);
    const first = generator.integer(steps - length + 1);
    hidden.fill(0, first * width, (first + length) * width);
  }
  for (let mask = 0; mask < frequencyMasks; mask++) {
    const length = generator.integer(Math.min(frequencyMaskWidth, block) + 1);
    const first = generator.integer(block - length + 1);
    for (let row = 0; row < hidden.length; row += width)
      for (let part = row; part < row + width; part += block)
        hidden.fill(0, part + first, part + first + length);
  }
  return hidden;
}
