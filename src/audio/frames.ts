/** Features of sound, a row for each frame: `values` is [T, F] row by row, F is `width`. Plain data. */
export interface Frames {
  readonly width: number;
  readonly values: Float32Array;
}

/** How many frames there are: T. */
export function frameCount({ width, values }: Frames): number {
  return values.length / width;
}
