// A picture's file as pixels, and as an address that the page can show.
import type { GivenFile } from "../../engine/protocol.ts";

export interface ShownPicture {
  readonly url: string;
  readonly pixels: { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };
}

/** Larger pictures are shown, and read, with this many pixels along their longer side. */
const MOST_PIXELS = 1024;

/** Throws an error with a sentence for people where a file is no picture that this browser reads. */
export async function shownPicture({ name, bytes }: GivenFile): Promise<ShownPicture> {
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>])).catch(() => {
    throw new Error(`${name} is no picture that this browser can read.`);
  });
  const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((size) => Math.max(1, Math.round(scale * size)));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { url: canvas.toDataURL("image/png"), pixels: { width, height, rgba: data } };
}
