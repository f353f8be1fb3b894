// What each kind of layer must say of itself, and what it may.
import type { ActivationLayerName, LayerConfig } from "./config.ts";
import { hasAlpha } from "./entry-functions.ts";
import {
  activation,
  axes,
  axisNumber,
  type Fields,
  fieldProblems,
  flag,
  isRecord,
  layerCount,
  listOf,
  name,
  notNegative,
  number,
  objectOf,
  oneOf,
  openShape,
  positive,
  probability,
  quoted,
  size,
} from "./field-checks.ts";

const activationLayerNames: Readonly<Record<ActivationLayerName, true>> = {
  relu: true,
  "leaky-relu": true,
  elu: true,
  selu: true,
  gelu: true,
  silu: true,
  tanh: true,
  sigmoid: true,
  "hard-sigmoid": true,
  softplus: true,
  softsign: true,
  exponential: true,
  softmax: true,
  "log-softmax": true,
};

const recurrentOptions = {
  numLayers: layerCount,
  direction: oneOf("forward", "reverse", "bidirectional"),
  merge: oneOf("concat", "sum", "mean", "product"),
  batchFirst: flag,
  bias: oneOf("double", "single", "none"),
  initialState: oneOf("zero", "learnt"),
  gateClip: positive,
  dropout: probability,
  lockedDropout: flag,
  recurrentDropout: probability,
  zoneout: objectOf({ needed: {}, optional: { h: probability, c: probability } }),
  weightDrop: probability,
  weightNoise: notNegative,
};

/** The fields of a recurrent layer with options of its own. */
function recurrent(optional: Fields["optional"]): Fields {
  const options = {
    needed: { inputSize: size, hiddenSize: size },
    optional: { ...recurrentOptions, ...optional },
  };
  return { needed: { options: objectOf(options), returns: oneOf("sequence", "last") } };
}

const fieldsOf: Readonly<Record<LayerConfig["kind"], Fields>> = {
  embedding: { needed: { vocabularySize: size, size }, optional: { maskZero: flag } },
  rnn: recurrent({ nonlinearity: activation }),
  lstm: recurrent({
    projectionSize: size,
    peepholes: flag,
    coupled: flag,
    cellClip: positive,
    layerNorm: flag,
    forgetBias: number,
    activations: listOf(activation, 3),
  }),
  gru: recurrent({ resetAfter: flag, activations: listOf(activation, 2) }),
  mgu: recurrent({ activations: listOf(activation, 2) }),
  linear: { needed: { inputSize: size, outputSize: size, bias: flag } },
  conv1d: {
    needed: {
      inputSize: size,
      outputSize: size,
      kernelSize: size,
      stride: size,
      dilation: size,
      padding: oneOf("valid", "same", "causal"),
      bias: flag,
    },
  },
  "layer-norm": { needed: { size, epsilon: notNegative } },
  activation: {
    needed: { activation: oneOf(...Object.keys(activationLayerNames)) },
    optional: { alpha: number },
  },
  dropout: { needed: { probability } },
  masking: { needed: { value: number } },
  flatten: { needed: {} },
  reshape: { needed: { shape: openShape } },
  add: { needed: {} },
  multiply: { needed: {} },
  average: { needed: {} },
  concat: { needed: { axis: axisNumber } },
  "reverse-steps": { needed: {} },
  pool1d: {
    needed: { pool: oneOf("max", "average"), size, stride: size, padding: oneOf("valid", "same") },
  },
  "global-pool1d": { needed: { pool: oneOf("max", "average") } },
  "final-state": { needed: { of: oneOf("h", "c") }, optional: { direction: oneOf("forward", "reverse") } },
};

/** All that is wrong with the form of a configuration, apart from names and shapes. */
export function configProblems(json: unknown): string[] {
  const anything = () => undefined;
  const lists = { inputs: listOf(anything), layers: listOf(anything), outputs: listOf(anything) };
  const problems = fieldProblems(json, { needed: lists });
  if (problems.length > 0 || !isRecord(json)) return problems.map((problem) => `configuration: ${problem}`);
  const [inputs, layers, outputs] = [json.inputs, json.layers, json.outputs] as unknown[][];
  if (inputs.length === 0) problems.push("configuration: inputs is [], needed at least one");
  if (outputs.length === 0) problems.push("configuration: outputs is [], needed at least one");
  const input = { needed: { name, axes, kind: oneOf("float", "int") } };
  const output = { needed: { name, from: name } };
  return [
    ...problems,
    ...inputs.flatMap((entry, at) => named(`input ${at}`, entry, fieldProblems(entry, input))),
    ...layers.flatMap((entry, at) => named(`layer ${at}`, entry, layerProblems(entry))),
    ...outputs.flatMap((entry, at) => named(`output ${at}`, entry, fieldProblems(entry, output))),
  ];
}

function layerProblems(layer: unknown): string[] {
  const problems = fieldProblems(layer, {
    needed: { name, inputs: listOf(name), config: (value) => (isRecord(value) ? undefined : "an object") },
  });
  if (problems.length > 0 || !isRecord(layer) || !isRecord(layer.config)) return problems;
  const { kind, ...fields } = layer.config;
  if (typeof kind !== "string" || !Object.hasOwn(fieldsOf, kind))
    return [`kind is ${quoted(kind)}, needed one of ${Object.keys(fieldsOf).join(", ")}`];
  const found = fieldProblems(fields, fieldsOf[kind as LayerConfig["kind"]]);
  const { activation: called } = fields;
  if (kind === "activation" && fields.alpha !== undefined && !hasAlpha(called as ActivationLayerName))
    found.push(`alpha is ${quoted(fields.alpha)}, but ${quoted(called)} has none`);
  return found.map((problem) => `(${kind}) ${problem}`);
}

/** Problems with the name of what they are in, where it has one. */
function named(place: string, entry: unknown, problems: readonly string[]): string[] {
  const own = isRecord(entry) && !name(entry.name) ? `${place.split(" ")[0]} ${entry.name}` : place;
  return problems.map((problem) => `${own}: ${problem}`);
}
