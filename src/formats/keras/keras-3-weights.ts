// Weights as Keras 3 (and the last of Keras 2) puts them into model.weights.h5 (keras/src/saving/saving_lib.py): a group for each
// layer, named after its class and not after itself, whose variables are the datasets vars/0, vars/1, …; parts of layers (the cell of
// a recurrent one, what a wrapper wraps) are groups inside it. Newer files keep the layer's name as an attribute of vars.
import { UnrolledError } from "../../errors.ts";
import type { Hdf5Object } from "../hdf5/hdf5-object.ts";
import type { KerasLayer } from "./keras-graph.ts";
import type { KerasArray, KerasWeights } from "./keras-weights.ts";
import { readArray, textAttribute } from "./legacy-h5-weights.ts";
import { nameInside } from "./nested-models.ts";

/** Where the layers of a model are. */
const CONTAINERS = ["layers", "_layer_checkpoint_dependencies"];
/** Parts of layers, in the order in which Keras lists weights. */
const PARTS = [
  "cell",
  "forward_layer",
  "backward_layer",
  "layer",
  ...["query", "key", "value", "output"].flatMap((own) => [`${own}_dense`, `_${own}_dense`]),
];
const GREATEST_DEPTH = 4;

/** Whether a root group is one of such a file. */
export function hasKeras3Weights(root: Hdf5Object): boolean {
  return CONTAINERS.some((name) => root.names.includes(name));
}

/** The weights of those of the layers that have any, and of those in models among them. */
export async function readKeras3Weights(
  call: string,
  root: Hdf5Object,
  layers: readonly KerasLayer[],
): Promise<KerasWeights> {
  const container = CONTAINERS.map((name) => root.member(name)).find((group) => group !== undefined);
  const groups = container ? groupsOf(container, layers) : new Map<string, Hdf5Object>();
  const weights = new Map<string, readonly KerasArray[]>();
  for (const { name, model } of layers) {
    const group = groups.get(name);
    if (group === undefined) continue;
    if (model) {
      for (const [layer, inside] of await readKeras3Weights(call, group, model.own))
        weights.set(nameInside(name, layer), inside);
      continue;
    }
    const arrays: KerasArray[] = [];
    await gather(call, group, arrays, 0);
    if (arrays.length > 0) weights.set(name, arrays);
  }
  return weights;
}

/** The group of each layer: the one that says its name, or the next one of its class. */
function groupsOf(container: Hdf5Object, layers: readonly KerasLayer[]): Map<string, Hdf5Object> {
  const byName = new Map<string, Hdf5Object>();
  for (const member of container.names) {
    const group = container.member(member);
    const variables = group?.member("vars");
    const name = variables && textAttribute(variables, "name");
    if (group !== undefined && name !== undefined) byName.set(name, group);
  }
  const counts = new Map<string, number>();
  const groups = new Map<string, Hdf5Object>();
  for (const { name, className } of layers) {
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const group = byName.get(name) ?? container.member(count === 0 ? base : `${base}_${count}`);
    if (group !== undefined) groups.set(name, group);
  }
  return groups;
}

async function gather(call: string, group: Hdf5Object, arrays: KerasArray[], depth: number): Promise<void> {
  if (depth > GREATEST_DEPTH)
    throw new UnrolledError("invalid-file", { call, problem: `groups are nested too deep at ${group.path}` });
  const variables = group.member("vars");
  const count = variables?.names.length ?? 0;
  for (let index = 0; index < count; index++) {
    const dataset = variables?.member(String(index));
    if (dataset === undefined)
      throw new UnrolledError("invalid-file", {
        call,
        problem: `${variables?.path} has no variable ${index} of ${count}`,
      });
    arrays.push(await readArray(call, dataset, dataset.path));
  }
  for (const part of PARTS) {
    const inside = group.member(part);
    if (inside !== undefined) await gather(call, inside, arrays, depth + 1);
  }
}

/** SimpleRNN is simple_rnn, TimeDistributed time_distributed (keras/src/utils/naming.py). */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
