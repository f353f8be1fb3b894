// RTNeural's JSON (Chowdhury 2021; python/model_utils.py): Keras' layers in their order, each with its arrays as Keras has them.
import { UnrolledError } from "../errors.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { isRecord } from "../options/field-checks.ts";
import { Allowance } from "./allowance.ts";
import { readKerasGraph } from "./keras/keras-graph.ts";
import type { KerasArray } from "./keras/keras-weights.ts";
import { networkFromKeras } from "./keras/network-from-keras.ts";
import { shown } from "./shown.ts";

const CALL = "readRTNeural";
const GREATEST_RANK = 4;
/** Keras' hard sigmoid is in none of these layers, so that any version will do. */
const KERAS_VERSION = "2";

/** Keras' layer of each type, with what RTNeural takes for granted. */
const LAYERS: Readonly<Record<string, (layer: Record<string, unknown>) => readonly [string, object]>> = {
  lstm: (layer) => ["LSTM", { ...unitsOf(layer), return_sequences: true }],
  gru: (layer) => ["GRU", { ...unitsOf(layer), return_sequences: true, reset_after: true }],
  dense: (layer) => ["Dense", { ...unitsOf(layer), ...activationOf(layer) }],
  "time-distributed-dense": (layer) => ["Dense", { ...unitsOf(layer), ...activationOf(layer) }],
  conv1d: (layer) => [
    "Conv1D",
    {
      filters: unitsOf(layer).units,
      kernel_size: layer.kernel_size,
      dilation_rate: layer.dilation ?? 1,
      groups: layer.groups ?? 1,
      padding: "causal",
      ...activationOf(layer),
    },
  ],
  batchnorm: (layer) => ["BatchNormalization", { epsilon: layer.epsilon ?? 1e-3 }],
  prelu: () => ["PReLU", {}],
  activation: (layer) => ["Activation", activationOf(layer)],
};
/** RTNeural's names of the layers that are read. */
export const RTNEURAL_LAYERS = Object.keys(LAYERS);
/** What recurrent layers of RTNeural apply, whatever the file says. */
const RECURRENT_ACTIVATIONS = ["", "tanh"];

/**
 * The network of a model for RTNeural: LSTM, GRU, dense, causal conv1d, batchnorm, prelu, activation. Sequences are [B, T, I].
 *
 * @param json the text of the file
 * @throws UnrolledError "invalid-file" that names every layer that is not read, or whose arrays do not fit
 */
export function readRTNeural(json: string, options: { readonly maxBytes?: number } = {}): NetworkData {
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call: CALL, problem });
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw invalid("the file is no JSON");
  }
  if (
    !isRecord(file) ||
    !Array.isArray(file.layers) ||
    !Array.isArray(file.in_shape) ||
    file.layers.length === 0
  )
    throw invalid(`the file holds ${shown(file)}, needed in_shape and layers`);
  const width = file.in_shape[file.in_shape.length - 1];
  if (!Number.isSafeInteger(width) || (width as number) < 1)
    throw invalid(`in_shape is ${shown(file.in_shape)}, needed a width at its end`);
  const allowance = new Allowance(CALL, json.length, options.maxBytes);
  const weights = new Map<string, readonly KerasArray[]>();
  const layers = file.layers.map((layer: unknown, at) => {
    if (!isRecord(layer) || typeof layer.type !== "string" || !Object.hasOwn(LAYERS, layer.type))
      throw invalid(
        `layer ${at} is ${shown(isRecord(layer) ? layer.type : layer)}, needed one of ${Object.keys(LAYERS).join(", ")}`,
      );
    const { type, activation = "" } = layer;
    if ((type === "lstm" || type === "gru") && !RECURRENT_ACTIVATIONS.includes(activation as string))
      throw invalid(`layer ${at} (${type}) has the activation ${shown(activation)}, but only tanh is read`);
    const [className, config] = LAYERS[type](layer);
    const name = `${type}_${at}`;
    weights.set(name, arraysOf(layer.weights, name, invalid, allowance));
    return { class_name: className, config: { name, ...config } };
  });
  const input = {
    class_name: "InputLayer",
    config: { name: "input", batch_input_shape: [null, null, width] },
  };
  const graph = readKerasGraph(CALL, { class_name: "Sequential", config: { layers: [input, ...layers] } });
  return networkFromKeras(allowance, graph, weights, KERAS_VERSION);
}

function unitsOf({ shape }: Record<string, unknown>): { readonly units: unknown } {
  return { units: Array.isArray(shape) ? shape[shape.length - 1] : undefined };
}

function activationOf({ activation = "" }: Record<string, unknown>): object {
  return { activation: activation === "" ? "linear" : activation };
}

/** Arrays in arrays of numbers, each with its shape. */
function arraysOf(
  value: unknown,
  layer: string,
  invalid: (problem: string) => UnrolledError,
  allowance: Allowance,
): KerasArray[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`the weights of ${layer} are ${shown(value)}, needed a list`);
  return value.map((array: unknown, at) => {
    const name = `${layer}/${at}`;
    const shape: number[] = [];
    for (let part = array; Array.isArray(part) && shape.length <= GREATEST_RANK; part = part[0])
      shape.push(part.length);
    const size = shape.reduce((product, length) => product * length, 1);
    allowance.take(4 * size, name);
    const numbers = Array.isArray(array) ? array.flat(GREATEST_RANK) : [];
    const fits = (part: unknown, axis: number): boolean =>
      axis === shape.length
        ? typeof part === "number"
        : Array.isArray(part) && part.length === shape[axis] && part.every((inner) => fits(inner, axis + 1));
    if (shape.length === 0 || shape.length > GREATEST_RANK || !fits(array, 0))
      throw invalid(`weight ${name} is ${shown(array)}, needed an array of numbers of one shape`);
    return { name, shape, data: Float32Array.from(numbers) };
  });
}
