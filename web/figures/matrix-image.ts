// A matrix over time as a picture of one pixel an entry, to be stretched on a canvas: time runs to the right, units down.
import { type RampKind, ramp, rampIndex, type Theme } from "./palette.ts";

/** Numbers [T, H] of T steps and H units, and how they become colours. */
export interface MatrixFigure {
  readonly values: Float32Array;
  readonly steps: number;
  readonly units: number;
  /** The unit that each row shows, from the top; as they are if not given. */
  readonly order?: ArrayLike<number> | undefined;
  readonly kind: RampKind;
  /** The number that has the strongest colour. */
  readonly limit: number;
}

/** The pixels [H, T] of a matrix. */
export function matrixPixels(figure: MatrixFigure, theme: Theme): Uint8ClampedArray<ArrayBuffer> {
  const { values, steps, units, order, kind, limit } = figure;
  const colours = ramp(kind, theme);
  const pixels = new Uint32Array(steps * units);
  for (let row = 0; row < units; row++) {
    const unit = order ? order[row] : row;
    for (let step = 0; step < steps; step++)
      pixels[row * steps + step] = colours[rampIndex(values[step * units + unit], limit, kind)];
  }
  return new Uint8ClampedArray(pixels.buffer);
}

/** The picture of a matrix, on a canvas of its own that is never shown itself. */
export function matrixImage(figure: MatrixFigure, theme: Theme): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = figure.steps;
  canvas.height = figure.units;
  const image = new ImageData(matrixPixels(figure, theme), figure.steps, figure.units);
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}

/** The same with time running down and units to the right, for vectors that lie. */
export function lyingImage(figure: MatrixFigure, theme: Theme): HTMLCanvasElement {
  const { values, steps, units, kind, limit } = figure;
  const colours = ramp(kind, theme);
  const pixels = new Uint32Array(steps * units);
  for (let index = 0; index < pixels.length; index++)
    pixels[index] = colours[rampIndex(values[index], limit, kind)];
  const canvas = document.createElement("canvas");
  canvas.width = units;
  canvas.height = steps;
  const bytes = new Uint8ClampedArray(pixels.buffer);
  canvas.getContext("2d")!.putImageData(new ImageData(bytes, units, steps), 0, 0);
  return canvas;
}

/** The largest magnitude, 0 for none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = Math.abs(values[index]);
    if (magnitude > most) most = magnitude;
  }
  return most;
}
