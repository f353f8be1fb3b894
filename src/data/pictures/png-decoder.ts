// The decoder that reads PNG for this library. Its own file, so that it is one file of the package too.
import { decode } from "fast-png";
import type { Picture } from "./picture.ts";

/** The picture in a PNG file, of any colour type and depth. Throws an error of its own for what is none. */
export function decodePng(bytes: Uint8Array): Picture {
  const { width, height, data, channels, depth, palette, transparency } = decode(bytes);
  const count = width * height;
  const rgba = new Uint8Array(4 * count).fill(255);
  if (depth === 8 && channels >= 3 && !palette && !transparency) {
    for (let pixel = 0; pixel < count; pixel++)
      for (let channel = 0; channel < channels; channel++)
        rgba[4 * pixel + channel] = data[channels * pixel + channel];
    return { width, height, rgba };
  }
  const scale = depth === 16 ? 1 / 257 : depth === 8 || palette ? 1 : 255 / (2 ** depth - 1);
  const bitsPerPixel = depth * channels;
  const bytesPerRow = Math.ceil((width * bitsPerPixel) / 8);
  const sample = (pixel: number, channel: number): number => {
    if (depth >= 8) return data[pixel * channels + channel];
    // Samples of fewer bits are packed from the highest bit on, and each row begins at a byte.
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    const bit = column * depth;
    return (data[row * bytesPerRow + (bit >> 3)] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  };
  for (let pixel = 0; pixel < count; pixel++) {
    const raw = Array.from({ length: channels }, (_, channel) => sample(pixel, channel));
    const colour = palette ? palette[raw[0]] : raw.map((value) => Math.round(value * scale));
    const isGrey = colour.length < 3;
    for (let channel = 0; channel < 3; channel++) rgba[4 * pixel + channel] = colour[isGrey ? 0 : channel];
    const hidden = !palette && transparency && raw.every((value, at) => value === transparency[at]);
    rgba[4 * pixel + 3] = hidden ? 0 : (colour[isGrey ? 1 : 3] ?? 255);
  }
  return { width, height, rgba };
}
