// Weights as Keras' HDF5 format has had them since Keras 1 (keras/src/legacy/saving/legacy_h5_format.py): a group for each layer, whose
// attribute weight_names lists its datasets in order; lists too long for one attribute go on in weight_names0, weight_names1, …
import { UnrolledError } from "../../errors.ts";
import type { Hdf5Object } from "../hdf5/hdf5-object.ts";
import type { KerasArray, KerasWeights } from "./keras-weights.ts";

const MOST_WEIGHTS = 100_000;

/** The weights of each layer that has any, of the group that has the attribute layer_names. */
export async function readLegacyWeights(call: string, group: Hdf5Object): Promise<KerasWeights> {
  const weights = new Map<string, KerasArray[]>();
  for (const name of namesIn(call, group, "layer_names")) {
    const layer = group.find(name);
    if (layer === undefined) throw missing(call, `layer ${JSON.stringify(name)}`);
    const arrays: KerasArray[] = [];
    for (const weight of namesIn(call, layer, "weight_names")) {
      const dataset = layer.find(weight);
      if (dataset === undefined) throw missing(call, `weight ${JSON.stringify(weight)}`);
      arrays.push(await readArray(call, dataset, weight));
    }
    if (arrays.length > 0) weights.set(name, arrays);
  }
  return weights;
}

/** The numbers of a dataset. */
export async function readArray(call: string, dataset: Hdf5Object, name: string): Promise<KerasArray> {
  const { shape, values } = await dataset.read();
  if (!(values instanceof Float32Array))
    throw new UnrolledError("invalid-file", {
      call,
      problem: `weight ${JSON.stringify(name)} is text, needed numbers`,
    });
  return { name, shape, data: values };
}

/** The text of an attribute; undefined where there is none. */
export function textAttribute(object: Hdf5Object, name: string): string | undefined {
  const values = object.attributes.get(name)?.values().values;
  return values !== undefined && typeof values[0] === "string" ? values[0] : undefined;
}

function namesIn(call: string, object: Hdf5Object, attribute: string): string[] {
  const names: string[] = [];
  const whole = object.attributes.get(attribute);
  const parts = whole ? [whole] : [];
  for (let index = 0; !whole; index++) {
    const part = object.attributes.get(`${attribute}${index}`);
    if (part === undefined) break;
    parts.push(part);
  }
  if (parts.length === 0) throw missing(call, `attribute ${attribute} of ${object.path}`);
  for (const part of parts) {
    const { values } = part.values();
    for (const value of values) {
      if (typeof value === "string") names.push(value);
      else if (values.length > 0)
        throw new UnrolledError("invalid-file", {
          call,
          problem: `attribute ${attribute} of ${object.path} holds numbers`,
        });
    }
    if (names.length > MOST_WEIGHTS)
      throw new UnrolledError("invalid-file", {
        call,
        problem: `${object.path} lists more than ${MOST_WEIGHTS} names`,
      });
  }
  return names;
}

function missing(call: string, what: string): UnrolledError {
  return new UnrolledError("invalid-file", { call, problem: `the file has no ${what}` });
}
