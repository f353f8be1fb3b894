// What a Keras configuration says of a model: which layers there are and which reads what, whether it is sequential or functional, of
// Keras 2, of Keras 3 or of TensorFlow.js.

import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";
import { unfolded } from "./nested-models.ts";
import { readInboundNodes, readTensorList } from "./tensor-references.ts";

/** Layers and calls of layers that are believed. */
const MOST_LAYERS = 10_000;
/** Models in models that are believed. */
const GREATEST_DEPTH = 8;
const MODELS = ["Sequential", "Functional", "Model"];

/** A layer as the configuration has it. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly fields: KerasFields;
  /** What it is, if it is a model itself. */
  readonly model?: KerasGraph;
}

/** One of the values that a call of a layer gives. */
export interface TensorReference {
  readonly layer: string;
  /** Which of the layer's calls. */
  readonly node: number;
  /** Which of the values, 0 being the outputs and the others states. */
  readonly tensor: number;
}

/** One call of a layer: layers that are called twice share their weights. */
export interface KerasCall {
  readonly layer: KerasLayer;
  readonly node: number;
  readonly inputs: readonly TensorReference[];
  /** Which steps count, where the call is told; null where it is told that all do. */
  readonly mask?: TensorReference | null | undefined;
  /** Further arguments that are no tensors. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Names of further arguments that are tensors. */
  readonly others: readonly string[];
}

/** A model, with the layers of models in it: all in its own order, their calls in an order in which each stands after those that it reads. */
export interface KerasGraph {
  readonly layers: readonly KerasLayer[];
  /** Its layers as they stand in the file: models among them, and not what is in these. */
  readonly own: readonly KerasLayer[];
  readonly calls: readonly KerasCall[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
  readonly isSequential: boolean;
  /** What a sequential model without an input layer was built for, as the file has it. */
  readonly buildShape?: unknown;
}

/**
 * Reads a model's configuration.
 *
 * @param call whose name errors begin with
 * @throws UnrolledError "invalid-file"
 */
export function readKerasGraph(call: string, model: unknown): KerasGraph {
  return readGraph(call, model, 0);
}

function readGraph(call: string, model: unknown, depth: number): KerasGraph {
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call, problem });
  if (!isRecord(model)) throw invalid(`the model's configuration is ${shown(model)}, needed an object`);
  const { class_name: className, config } = model;
  const list = isRecord(config) ? config.layers : config;
  if (!Array.isArray(list) || list.length === 0)
    throw invalid(`the model's layers are ${shown(list)}, needed a list of at least one`);
  if (list.length > MOST_LAYERS)
    throw invalid(`the model has ${list.length} layers, no more than ${MOST_LAYERS} are read`);
  if (depth > GREATEST_DEPTH) throw invalid(`models stand in one another more than ${GREATEST_DEPTH} deep`);
  const layers = list.map((entry, at) => {
    const layer = readLayer(invalid, entry, at);
    return MODELS.includes(layer.className) ? { ...layer, model: readGraph(call, entry, depth + 1) } : layer;
  });
  const names = new Set(layers.map(({ name }) => name));
  if (names.size < layers.length) throw invalid("two layers of the model have one name");
  try {
    if (className === "Sequential")
      return unfolded(
        {
          ...sequential(layers),
          buildShape: isRecord(config) ? (config.build_input_shape ?? undefined) : undefined,
        },
        MOST_LAYERS,
      );
    if (className === "Functional" || className === "Model") {
      const calls = inOrder(
        layers.flatMap((layer, at) =>
          readInboundNodes(list[at]).map((given, node) => ({ layer, node, ...given })),
        ),
      );
      const known = new Set(calls.map(({ layer, node }) => keyOf({ layer: layer.name, node })));
      const [inputs, outputs] = ["input_layers", "output_layers"].map((field) =>
        readTensorList((config as Record<string, unknown>)[field]),
      );
      for (const reference of [...inputs, ...outputs]) {
        if (!known.has(keyOf(reference)))
          throw new KerasProblem(
            `an input or output comes from ${shown(reference.layer)}, which is no layer`,
          );
      }
      return unfolded({ layers, own: layers, calls, inputs, outputs, isSequential: false }, MOST_LAYERS);
    }
  } catch (error) {
    if (error instanceof KerasProblem) throw invalid(error.message);
    throw error;
  }
  throw invalid(`the model is of class ${shown(className)}, but only Sequential and Functional are read`);
}

/** The name of a call's result. */
export function keyOf({ layer, node }: { readonly layer: string; readonly node: number }): string {
  return `${node}:${layer}`;
}

function readLayer(invalid: (problem: string) => UnrolledError, entry: unknown, at: number): KerasLayer {
  if (!isRecord(entry) || typeof entry.class_name !== "string" || !isRecord(entry.config))
    throw invalid(`layer ${at} is ${shown(entry)}, needed an object with class_name and config`);
  const name = entry.config.name ?? entry.name;
  if (typeof name !== "string" || name === "" || name.length > 200)
    throw invalid(`layer ${at} is named ${shown(name)}, needed a text of 1 to 200 characters`);
  return { className: entry.class_name, name, fields: new KerasFields(entry.config) };
}

function sequential(layers: readonly KerasLayer[]): KerasGraph {
  const calls = layers.map((layer, at) => ({
    layer,
    node: 0,
    inputs: at === 0 ? [] : [{ layer: layers[at - 1].name, node: 0, tensor: 0 }],
    constants: {},
    others: [],
  }));
  const [first, last] = [layers[0], layers[layers.length - 1]];
  return {
    layers,
    own: layers,
    calls,
    inputs: [{ layer: first.name, node: 0, tensor: 0 }],
    isSequential: true,
    outputs: [{ layer: last.name, node: 0, tensor: 0 }],
  };
}

/** Calls sorted so that each stands after those that it reads (Kahn 1962). */
function inOrder(calls: readonly KerasCall[]): KerasCall[] {
  if (calls.length > MOST_LAYERS)
    throw new KerasProblem(`layers are called ${calls.length} times, no more than ${MOST_LAYERS} are read`);
  const known = new Set(calls.map(({ layer, node }) => keyOf({ layer: layer.name, node })));
  const readers = new Map<string, number[]>();
  const missing = calls.map(({ layer, inputs, mask }, at) => {
    const sources = new Set((mask ? [...inputs, mask] : inputs).map(keyOf));
    for (const source of sources) {
      if (!known.has(source))
        throw new KerasProblem(
          `layer ${shown(layer.name)} reads ${shown(source)}, which is no call of a layer`,
        );
      const others = readers.get(source);
      if (others) others.push(at);
      else readers.set(source, [at]);
    }
    return sources.size;
  });
  const ready = calls.map((_, at) => at).filter((at) => missing[at] === 0);
  for (let next = 0; next < ready.length; next++) {
    const { layer, node } = calls[ready[next]];
    for (const reader of readers.get(keyOf({ layer: layer.name, node })) ?? [])
      if (--missing[reader] === 0) ready.push(reader);
  }
  if (ready.length < calls.length) throw new KerasProblem("layers of the model read one another in a circle");
  return ready.map((at) => calls[at]);
}
