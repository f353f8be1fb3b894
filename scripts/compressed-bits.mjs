import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/**
 * Bits per character that compression programs need for what is held out: by itself, and, for brotli, whose window is large enough,
 * after they have read what was learned.
 */
export async function compressedBits(learned, heldOut) {
  const characters = [...heldOut].length;
  const brotliBytes = async (input) => {
    const window = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    return (await promisify(brotliCompress)(Buffer.from(input), { params: window })).length;
  };
  const bits = (bytes) => (8 * bytes) / characters;
  const gzipAlone = bits((await promisify(gzip)(Buffer.from(heldOut), { level: 9 })).length);
  const brotliAlone = bits(await brotliBytes(heldOut));
  const brotliAfter = bits((await brotliBytes(learned + heldOut)) - (await brotliBytes(learned)));
  return { gzipAlone, brotliAlone, brotliAfter };
}
