import { Allowance } from "../allowance.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { isHdf5 } from "../hdf5/superblock.ts";
import { datasetsIn } from "./read-keras-arrays.ts";

const CALL = "readKeras";
/** Where Keras 3 and Keras 2 put what an optimiser remembers, which is no part of the model. */
const OPTIMISER_GROUPS = ["optimizer", "optimizer_weights"];

/**
 * The arrays of a file of Keras that holds weights alone, by their paths in it, which say no more than their shapes. What an optimiser
 * remembers and the seeds of dropout are not among them.
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
  for (const { path, shape } of datasetsIn(root, (name) => !OPTIMISER_GROUPS.includes(name)))
    if (shape && !path.includes("/seed_generator/")) arrays.set(path, shape);
  return arrays;
}
