import { UnrolledError } from "../../errors.ts";

/** A picture as rows of pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, 0 to 255 [height·width·4]. */
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** @throws UnrolledError "invalid-argument" for what is no picture, or one of too few or too many pixels */
export function requirePicture(call: string, picture: Picture): void {
  const { width, height, rgba } = Object(picture) as Partial<Picture>;
  const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  const isBytes = rgba instanceof Uint8Array || rgba instanceof Uint8ClampedArray;
  if (isSize(width) && isSize(height) && isBytes && rgba.length === 4 * width! * height!) return;
  throw new UnrolledError("invalid-argument", {
    call,
    problem:
      "this is no picture, needed { width, height, rgba } with four bytes for each pixel (red, green, blue, opacity)",
  });
}

/**
 * Red, green and blue of a picture in another size, on white where it is transparent [3, height, width], 0 to 255. Each of its pixels is the
 * mean of the area that it covers; where that is less than a pixel, the pixel there.
 */
export function sizedPixels(
  { width: ownWidth, height: ownHeight, rgba }: Picture,
  width: number,
  height: number,
): Uint8Array {
  const sized = new Uint8Array(3 * width * height);
  const [columns, rows] = [spans(ownWidth, width), spans(ownHeight, height)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = [columns[2 * x], columns[2 * x + 1]];
      const [top, bottom] = [rows[2 * y], rows[2 * y + 1]];
      let [red, green, blue] = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const at = 4 * (row * ownWidth + column);
          const opacity = rgba[at + 3] / 255;
          const ground = 255 * (1 - opacity);
          red += rgba[at] * opacity + ground;
          green += rgba[at + 1] * opacity + ground;
          blue += rgba[at + 2] * opacity + ground;
        }
      }
      const count = (right - left) * (bottom - top);
      const at = y * width + x;
      sized[at] = Math.round(red / count);
      sized[at + width * height] = Math.round(green / count);
      sized[at + 2 * width * height] = Math.round(blue / count);
    }
  }
  return sized;
}

/** The first pixel that each of `to` pixels covers, and the one behind the last. */
function spans(from: number, to: number): Int32Array {
  const bounds = new Int32Array(2 * to);
  for (let at = 0; at < to; at++) {
    const first = Math.floor((at * from) / to);
    bounds[2 * at] = first;
    bounds[2 * at + 1] = Math.max(first + 1, Math.floor(((at + 1) * from) / to));
  }
  return bounds;
}
