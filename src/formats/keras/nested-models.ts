// Models that stand as layers in other models, taken apart: their layers are the outer model's, named "model/layer", and a model that is
// called twice has all of its layers called twice.
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import {
  type KerasCall,
  type KerasGraph,
  type KerasLayer,
  keyOf,
  type TensorReference,
} from "./keras-graph.ts";
import type { KerasArray, KerasWeights } from "./keras-weights.ts";
import { INPUT_CLASS } from "./layer-readers.ts";

/** The name of a layer in a model that has been taken apart. */
export function nameInside(model: string, layer: string): string {
  return `${model}/${layer}`;
}

/**
 * A graph without models in it.
 *
 * @param mostCalls that may come of it
 * @throws KerasProblem for a call of a model with more than inputs, or more of them than it has
 */
export function unfolded(graph: KerasGraph, mostCalls: number): KerasGraph {
  if (graph.own.every(({ model }) => model === undefined)) return graph;
  const parts = new Map<string, readonly KerasLayer[]>();
  for (const { name, model } of graph.own)
    if (model)
      parts.set(
        name,
        model.layers.map((layer) => ({ ...layer, name: nameInside(name, layer.name) })),
      );
  /** What each call of a model reads first, and what it gives. */
  const entries = new Map<string, readonly TensorReference[]>();
  const exits = new Map<string, readonly TensorReference[]>();
  const resolved = (reference: TensorReference, ends = exits): TensorReference => {
    const values = ends.get(keyOf(reference));
    if (values === undefined) return reference;
    const value = values[reference.tensor];
    if (value) return value;
    throw new KerasProblem(
      `value ${reference.tensor} of model ${shown(reference.layer)} is read, which it does not have`,
    );
  };
  const calls: KerasCall[] = [];
  for (const call of graph.calls) {
    const given = { ...call, inputs: call.inputs.map((input) => resolved(input)) };
    if (call.layer.model === undefined) {
      calls.push(call.mask ? { ...given, mask: resolved(call.mask) } : given);
      continue;
    }
    const { own, first, last } = calledOnce(given, call.layer.model, parts.get(call.layer.name)!);
    calls.push(...own);
    entries.set(keyOf({ layer: call.layer.name, node: call.node }), first);
    exits.set(keyOf({ layer: call.layer.name, node: call.node }), last);
    if (calls.length > mostCalls)
      throw new KerasProblem(
        `layers are called more than ${mostCalls} times, with those of models in the model`,
      );
  }
  return {
    ...graph,
    layers: graph.own.flatMap((layer) => parts.get(layer.name) ?? [layer]),
    calls,
    inputs: graph.inputs.map((input) => resolved(input, entries)),
    outputs: graph.outputs.map((output) => resolved(output)),
  };
}

/** One call of a model: the calls of its layers, what they read first, and what they give in the end. */
function calledOnce(outer: KerasCall, model: KerasGraph, layers: readonly KerasLayer[]) {
  if (outer.mask)
    throw new KerasProblem(`model ${shown(outer.layer.name)} is given a mask, which is not read`);
  if (outer.others.length > 0)
    throw new KerasProblem(
      `model ${shown(outer.layer.name)} is given ${outer.others.join(", ")}, which is not read`,
    );
  const isGiven = outer.inputs.length > 0;
  if (isGiven && outer.inputs.length !== model.inputs.length)
    throw new KerasProblem(
      `model ${shown(outer.layer.name)} is given ${outer.inputs.length} values, needed ${model.inputs.length}`,
    );
  const inside = new Map(layers.map((layer, at) => [model.layers[at].name, layer]));
  const nodes = new Map<string, number>();
  for (const { layer } of model.calls) nodes.set(layer.name, (nodes.get(layer.name) ?? 0) + 1);
  /** What stands in place of an input layer. */
  const givenFor = ({ layer, node }: { readonly layer: string; readonly node: number }) => {
    const at = model.inputs.findIndex((input) => input.layer === layer && input.node === node);
    return isGiven && at >= 0 ? outer.inputs[at] : undefined;
  };
  const isInput = (name: string) => inside.get(name)?.className === INPUT_CLASS;
  const moved = (reference: TensorReference): TensorReference => {
    const given = isInput(reference.layer) ? givenFor(reference) : undefined;
    if (given) return given;
    const { layer, node, tensor } = reference;
    return { layer: inside.get(layer)!.name, node: outer.node * (nodes.get(layer) ?? 1) + node, tensor };
  };
  const own: KerasCall[] = [];
  for (const call of model.calls) {
    const place = { layer: call.layer.name, node: call.node };
    const given = givenFor(place);
    if (given && isInput(call.layer.name)) continue;
    // The first layer of a sequential model without an input layer.
    const inputs = call.inputs.length === 0 && given ? [given] : call.inputs.map(moved);
    const { node } = moved({ ...place, tensor: 0 });
    own.push({
      ...call,
      layer: inside.get(place.layer)!,
      node,
      inputs,
      ...(call.mask ? { mask: moved(call.mask) } : {}),
    });
  }
  return { own, first: model.inputs.map(moved), last: model.outputs.map(moved) };
}

/** Weights that a file lists under the names of models, as those of the layers in them, whose names stand in theirs. */
export function weightsInside(weights: KerasWeights, own: readonly KerasLayer[]): KerasWeights {
  const all = new Map<string, readonly KerasArray[]>();
  const outer = new Set(own.map(({ name }) => name));
  for (const { name, model } of own) {
    const arrays = weights.get(name) ?? [];
    if (model === undefined) {
      if (arrays.length > 0) all.set(name, arrays);
      continue;
    }
    for (const { name: layer } of model.layers) {
      const short = layer.slice(layer.lastIndexOf("/") + 1);
      const named = arrays.filter((array) => array.name.split("/").slice(0, -1).includes(short));
      const found = named.length === 0 && !outer.has(short) ? weights.get(short) : named;
      if (found && found.length > 0) all.set(nameInside(name, layer), found);
    }
  }
  return all;
}
