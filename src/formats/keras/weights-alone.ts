import { Allowance } from "../allowance.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { isHdf5 } from "../hdf5/superblock.ts";

const CALL = "readKeras";
/**
 * The arrays of a file of Keras that holds weights alone, by their paths in it, which say no more than their shapes.
 * Undefined for a file with a configuration, and for one that is not HDF5.
 *
 * @throws UnrolledError "invalid-file" for a file that is damaged
 */
export function weightsAlone(
  bytes: Uint8Array,
  options: { readonly maxBytes?: number } = {},
): ReadonlyMap<string, readonly number[]> | undefined {
  if (!isHdf5(bytes)) return undefined;
  const root = openHdf5(bytes, new Allowance(CALL, bytes.length, options.maxBytes));
  if (root.attributes.has("model_config")) return undefined;
  const arrays = new Map<string, readonly number[]>();
  const groups = [root];
  // A group may be its own member: each that is opened takes of the allowance, which ends.
  for (const group of groups) {
    for (const name of group.names) {
      const member = group.member(name);
      if (member?.shape) arrays.set(member.path, member.shape);
      else if (member) groups.push(member);
    }
  }
  return arrays;
}
