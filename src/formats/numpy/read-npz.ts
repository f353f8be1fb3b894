import { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";
import { shown } from "../shown.ts";
import { openZip } from "../zip.ts";
import { arrayIn, type NumpyArray } from "./read-npy.ts";

const CALL = "readNpz";
const ENDING = ".npy";

/**
 * The arrays that `numpy.savez` or `savez_compressed` wrote, by name, in the order in which they were given.
 *
 * @throws UnrolledError "invalid-file" that names the array, as `readNpy` does
 */
export async function readNpz(
  bytes: Uint8Array,
  options: { readonly maxBytes?: number } = {},
): Promise<Record<string, NumpyArray>> {
  const allowance = new Allowance(CALL, bytes.length, options.maxBytes);
  const archive = openZip(new ByteReader(CALL, bytes), allowance);
  const arrays: [string, NumpyArray][] = [];
  for (const name of archive.names) {
    if (!name.endsWith(ENDING)) continue;
    const own = name.slice(0, -ENDING.length);
    const content = await archive.read(name);
    arrays.push([own, arrayIn(new ByteReader(CALL, content), allowance, `array ${shown(own)}: `)]);
  }
  return Object.fromEntries(arrays);
}
