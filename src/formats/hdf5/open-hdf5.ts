import { Hdf5Object } from "./hdf5-object.ts";
import { Hdf5Source } from "./hdf5-source.ts";
import { readSuperblock } from "./superblock.ts";

/**
 * The root group of an HDF5 file: the part of the HDF5 File Format Specification 3.0 that Keras files use.
 *
 * @param call whose name errors begin with
 * @param maxBytes that may be made from the file; a few times its length unless given
 * @throws UnrolledError "invalid-file"
 */
export function openHdf5(call: string, bytes: Uint8Array, maxBytes?: number): Hdf5Object {
  const source = new Hdf5Source(call, bytes, maxBytes);
  return new Hdf5Object(source, readSuperblock(source), "/");
}
