import { UnrolledError } from "../../errors.ts";
import type { Picture } from "./picture.ts";

/** The most pixels of a picture: one that is larger in its header is refused before anything is taken for it. */
const MOST_PIXELS = 100_000_000;

/**
 * The picture in the bytes of a PNG or JPEG file, which its first bytes tell apart. A browser reads it by itself.
 *
 * @throws UnrolledError "invalid-file" for what is neither, is damaged, or has more than 10⁸ pixels; `title` is what it is called then
 */
export async function decodePicture(bytes: Uint8Array, title: string): Promise<Picture> {
  const kind = kindOf(bytes);
  if (kind === undefined)
    throw new UnrolledError("invalid-file", {
      problem: `${title} is no picture, needed a PNG or a JPEG file`,
    });
  try {
    if (kind === "png" && pixelsOfPng(bytes) > MOST_PIXELS) throw new Error("it is too large");
    return await decoded(bytes, kind);
  } catch (error) {
    throw new UnrolledError("invalid-file", {
      problem: `${title} is no sound ${kind.toUpperCase()} file: ${(error as Error).message.replace(/:\s*$/, "")}`,
    });
  }
}

async function decoded(bytes: Uint8Array, kind: "png" | "jpeg"): Promise<Picture> {
  if (typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function")
    return byBrowser(bytes);
  if (kind === "png") return (await import("./png-decoder.ts")).decodePng(bytes);
  return (await import("./jpeg-decoder.ts")).decodeJpeg(bytes);
}

async function byBrowser(bytes: Uint8Array): Promise<Picture> {
  const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" } as const;
  const image = await createImageBitmap(new Blob([bytes.slice()]), options);
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(image, 0, 0);
  image.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

function kindOf(bytes: Uint8Array): "png" | "jpeg" | undefined {
  const begins = (...first: number[]) => first.every((byte, at) => bytes[at] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  return begins(0xff, 0xd8, 0xff) ? "jpeg" : undefined;
}

/** Width times height, as the header says them. */
function pixelsOfPng(bytes: Uint8Array): number {
  if (bytes.length < 24) throw new Error("it ends in its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(16) * view.getUint32(20);
}
