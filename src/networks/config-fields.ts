// What each kind of layer must say of itself, and what it may.

import { type CellKind, cellOfKind } from "../cells/cells.ts";
import {
  axes,
  axisNumber,
  type Fields,
  fieldProblems,
  flag,
  isRecord,
  listOf,
  name,
  notNegative,
  number,
  objectOf,
  oneOf,
  openShape,
  probability,
  quoted,
  size,
} from "../options/field-checks.ts";
import { layerFields } from "../recurrent/recurrent-options.ts";
import type { ActivationLayerName, LayerConfig } from "./config.ts";
import { hasAlpha } from "./entry-functions.ts";

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

/** The fields of a recurrent layer, whose options stand apart from them. */
function recurrent(kind: CellKind): Fields {
  return { needed: { options: objectOf(layerFields(cellOfKind(kind))), returns: oneOf("sequence", "last") } };
}

const fieldsOf: Readonly<Record<LayerConfig["kind"], Fields>> = {
  embedding: { needed: { vocabularySize: size, size }, optional: { maskZero: flag } },
  rnn: recurrent("rnn"),
  lstm: recurrent("lstm"),
  gru: recurrent("gru"),
  mgu: recurrent("mgu"),
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
