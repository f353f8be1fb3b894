// The decoder that reads JPEG for this library. Its own file, so that it is one file of the package too.
import jpeg from "jpeg-js";
import type { Picture } from "./picture.ts";

/** The picture in a JPEG file. Throws an error of its own for what is none, and for one that needs more than 512 MB. */
export function decodeJpeg(bytes: Uint8Array): Picture {
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true });
  return { width, height, rgba: data };
}
