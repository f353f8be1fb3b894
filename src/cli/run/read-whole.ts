import { open } from "node:fs/promises";
import { requireRegular } from "../../platform/node-files.ts";

const PIECE_BYTES = 1 << 28;

/** The bytes of a file of any size; Node's readFile takes no more than 2 GiB. Throws the system's error. */
export async function readWhole(path: string): Promise<Uint8Array> {
  requireRegular(path);
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(PIECE_BYTES, bytes.length - at), at);
      if (bytesRead === 0) return bytes.subarray(0, at);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
