import { UnrolledError } from "../../errors.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { namedTwice } from "../../networks/ties.ts";
import { type Hdf5Floats, type Hdf5Group, writeHdf5 } from "../hdf5/write-hdf5.ts";
import { hardSigmoidVersion } from "./hard-sigmoid-version.ts";
import { kerasArrays, type NamedArrays } from "./keras-arrays.ts";

/** Lists of names longer than this are cut into several attributes, as Keras does. */
const LARGEST_LIST_BYTES = 60_000;
const MOST_PARTS = 64;

/**
 * The weights of a network as an HDF5 file that Keras loads with `model.load_weights("weights.h5")` into a model of the same layers,
 * built there in code. Layers keep their names and their order; one of several layers becomes that many, `lstm_0`, `lstm_1`, and so
 * on. Two biases become one by adding, where Keras has one.
 *
 * @throws UnrolledError "invalid-argument" that names every layer with what Keras has not (peepholes, projections, coupled gates, …),
 * "shape-mismatch" for a tensor that is missing or of another shape
 */
export function writeKerasWeights(network: NetworkData): Uint8Array {
  const config = checkNetworkConfig(network.config);
  const tensors = namedTwice(network.tensors, config);
  const layers: NamedArrays[] = [];
  const problems: string[] = [];
  for (const layer of config.layers) {
    const arrays = kerasArrays(layer, tensors);
    if (typeof arrays === "string") problems.push(`layer ${layer.name}: ${arrays}`);
    else layers.push(...arrays);
  }
  const found = hardSigmoidVersion(config);
  if ("problem" in found) problems.push(found.problem);
  if (problems.length > 0 || "problem" in found)
    throw new UnrolledError("invalid-argument", { call: "writeKerasWeights", problem: problems.join("; ") });
  const root = new GroupTree();
  for (const { name, arrays } of layers) {
    const group = root.at(name);
    Object.assign(group.attributes, listAttributes("weight_names", [...arrays.keys()]));
    for (const [path, array] of arrays) group.put(path, array);
  }
  const names = layers.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new UnrolledError("invalid-argument", {
      call: "writeKerasWeights",
      problem: "two layers would have one name in Keras",
    });
  Object.assign(root.attributes, listAttributes("layer_names", names), {
    backend: "tensorflow",
    keras_version: found.version,
  });
  return writeHdf5(root);
}

/** Groups in groups, made as paths need them. */
class GroupTree implements Hdf5Group {
  readonly attributes: Record<string, string | readonly string[]> = {};
  readonly members = new Map<string, GroupTree | Hdf5Floats>();

  /** The group that a path leads to. */
  at(path: string): GroupTree {
    const parts = path.split("/");
    if (parts.length > MOST_PARTS || parts.some((part) => part === "" || part === "." || /\0/.test(part)))
      throw new UnrolledError("invalid-argument", {
        call: "writeKerasWeights",
        problem: `${JSON.stringify(path)} is no path in HDF5`,
      });
    return parts.reduce<GroupTree>((group, part) => group.#inside(part), this);
  }

  put(path: string, array: Hdf5Floats): void {
    const cut = path.lastIndexOf("/");
    this.at(path.slice(0, cut)).members.set(path.slice(cut + 1), array);
  }

  #inside(name: string): GroupTree {
    const known = this.members.get(name);
    if (known instanceof GroupTree) return known;
    const made = new GroupTree();
    this.members.set(name, made);
    return made;
  }
}

/** A list of names, in as many attributes as it takes: weight_names, or weight_names0, weight_names1, … */
function listAttributes(name: string, texts: readonly string[]): Record<string, readonly string[]> {
  const encoder = new TextEncoder();
  const width = Math.max(1, ...texts.map((text) => encoder.encode(text).length));
  const each = Math.max(1, Math.floor(LARGEST_LIST_BYTES / width));
  if (texts.length <= each) return { [name]: texts };
  const parts: Record<string, readonly string[]> = {};
  for (let begin = 0; begin < texts.length; begin += each)
    parts[`${name}${begin / each}`] = texts.slice(begin, begin + each);
  return parts;
}
