// The options that recurrent layers and single-step cells know, and what each may be as plain data: the one list of them.
import { UnrolledError } from "../errors.ts";
import {
  type FieldCheck,
  type Fields,
  flag,
  layerCount,
  listOf,
  notNegative,
  number,
  objectOf,
  oneOf,
  positive,
  probability,
  size,
} from "../options/field-checks.ts";
import { activation } from "./activation-check.ts";
import type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";

/** The options of each kind. */
export interface OptionsOf {
  readonly rnn: RNNOptions;
  readonly lstm: LSTMOptions;
  readonly gru: GRUOptions;
  readonly mgu: MGUOptions;
}

/** The kinds of recurrent layers, as configurations name them. */
export type RecurrentKind = keyof OptionsOf;

/** A check for every one of some options, so that the compiler finds the missing one. */
type Checks<Option extends PropertyKey> = Readonly<Record<Option, FieldCheck>>;
type StepOption = "bias" | "gateClip";
type SequenceOption = Exclude<keyof RecurrentOptions, "inputSize" | "hiddenSize" | "generator" | StepOption>;

/** Options of one step that every kind has. */
const stepOptions: Checks<StepOption> = { bias: oneOf("double", "single", "none"), gateClip: positive };

/** Options that concern whole sequences, or several layers. */
const sequenceOptions: Checks<SequenceOption> = {
  numLayers: layerCount,
  direction: oneOf("forward", "reverse", "bidirectional"),
  merge: oneOf("concat", "sum", "mean", "product"),
  batchFirst: flag,
  initialState: oneOf("zero", "learnt"),
  dropout: probability,
  lockedDropout: flag,
  recurrentDropout: probability,
  zoneout: objectOf({ needed: {}, optional: { h: probability, c: probability } }),
  weightDrop: probability,
  weightNoise: notNegative,
};

/** Options that one kind alone has; all of them concern one step. */
const ownOptions: {
  readonly [Kind in RecurrentKind]: Checks<Exclude<keyof OptionsOf[Kind], keyof RecurrentOptions>>;
} = {
  rnn: { nonlinearity: activation },
  lstm: {
    projectionSize: size,
    peepholes: flag,
    coupled: flag,
    cellClip: positive,
    layerNorm: flag,
    forgetBias: number,
    activations: listOf(activation, 3),
  },
  gru: { resetAfter: flag, activations: listOf(activation, 2) },
  mgu: { activations: listOf(activation, 2) },
};

/** The options of each kind of layer, all of them plain data. */
export const recurrentFields: Readonly<Record<RecurrentKind, Fields>> = {
  rnn: fieldsOf("rnn"),
  lstm: fieldsOf("lstm"),
  gru: fieldsOf("gru"),
  mgu: fieldsOf("mgu"),
};

function fieldsOf(kind: RecurrentKind): Fields {
  return {
    needed: { inputSize: size, hiddenSize: size },
    optional: { ...sequenceOptions, ...stepOptions, ...ownOptions[kind] },
  };
}

/** What the constructors of recurrent layers and cells are called. */
export type RecurrentName = "RNN" | "LSTM" | "GRU" | "MGU" | "RNNCell" | "LSTMCell" | "GRUCell" | "MGUCell";

/** For constructors: an error that names an option which this layer, or single-step cell, does not have. */
export function requireKnownOptions(name: RecurrentName, options: object): void {
  const kind = name.replace("Cell", "").toLowerCase() as RecurrentKind;
  const { needed, optional } = recurrentFields[kind];
  const known = [
    ...Object.keys(needed),
    ...Object.keys(name.endsWith("Cell") ? { ...stepOptions, ...ownOptions[kind] } : { ...optional }),
    "generator",
  ];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || known.includes(option)) continue;
    const hint =
      option === "bidirectional" && known.includes("direction") ? 'direction: "bidirectional" instead, ' : "";
    throw new UnrolledError(
      "invalid-argument",
      `${name}: "${option}" is no option of it, needed ${hint}of the options ${known.join(", ")}`,
    );
  }
}
