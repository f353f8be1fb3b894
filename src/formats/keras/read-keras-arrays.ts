import { UnrolledError } from "../../errors.ts";
import { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";
import type { Hdf5Object } from "../hdf5/hdf5-object.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { isHdf5 } from "../hdf5/superblock.ts";
import { openZip } from "../zip.ts";

const CALL = "readKerasArrays";
const WEIGHTS_FILE = "model.weights.h5";

/** An array of a Keras file, as float32. */
export interface KerasFileArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * All arrays of numbers in a file of Keras, `.keras` or `.h5`, whole models and weights alone, by their paths in it:
 * `layers/lstm/cell/vars/0`, `model_weights/lstm/lstm/kernel:0`. What an optimiser remembers is among them. For models that `readKeras`
 * refuses, such as those with layers of one's own.
 *
 * @throws UnrolledError "invalid-file" for a file that is damaged or takes more than `maxBytes`
 */
export async function readKerasArrays(
  bytes: Uint8Array,
  options: { readonly maxBytes?: number } = {},
): Promise<Record<string, KerasFileArray>> {
  const allowance = new Allowance(CALL, bytes.length, options.maxBytes);
  const arrays: [string, KerasFileArray][] = [];
  for (const dataset of datasetsIn(openHdf5(await hdf5In(bytes, allowance), allowance))) {
    const { shape, values } = await dataset.read();
    if (values instanceof Float32Array)
      arrays.push([dataset.path.replace(/^\//, ""), { shape, data: values }]);
  }
  return Object.fromEntries(arrays);
}

/** The datasets below a group. A group may be its own member: each that is opened takes of the allowance, which ends. */
export function* datasetsIn(
  root: Hdf5Object,
  enters: (name: string) => boolean = () => true,
): Generator<Hdf5Object> {
  const groups = [root];
  for (const group of groups) {
    for (const name of group.names) {
      if (group === root && !enters(name)) continue;
      const member = group.member(name);
      if (member?.shape) yield member;
      else if (member) groups.push(member);
    }
  }
}

async function hdf5In(bytes: Uint8Array, allowance: Allowance): Promise<Uint8Array> {
  if (isHdf5(bytes)) return bytes;
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    return openZip(new ByteReader(CALL, bytes), allowance).read(WEIGHTS_FILE);
  throw new UnrolledError("invalid-file", {
    call: CALL,
    problem: "the file is neither HDF5 (.h5) nor a zip archive (.keras)",
  });
}
