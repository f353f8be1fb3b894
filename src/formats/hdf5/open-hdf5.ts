import type { Allowance } from "../allowance.ts";
import { Hdf5Object } from "./hdf5-object.ts";
import { Hdf5Source } from "./hdf5-source.ts";
import { readSuperblock } from "./superblock.ts";

/**
 * The root group of an HDF5 file: the part of the HDF5 File Format Specification 3.0 that Keras files use.
 *
 * @param allowance how much may be made from the file; errors begin with its call
 * @throws UnrolledError "invalid-file"
 */
export function openHdf5(bytes: Uint8Array, allowance: Allowance): Hdf5Object {
  const source = new Hdf5Source(bytes, allowance);
  return new Hdf5Object(source, readSuperblock(source), "/");
}
