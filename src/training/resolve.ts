import { TOKENIZER_KINDS } from "../data/tokenizer.ts";
import { UnrolledError } from "../errors.ts";
import { DROPOUT_PROBABILITIES } from "../models/dropout-probabilities.ts";
import type { TrainingSettings } from "./settings.ts";

/** Settings with anything left out. */
export type PartialSettings = {
  readonly [Key in keyof TrainingSettings]?: TrainingSettings[Key] | undefined;
};

/** What is used where nothing else is said: good on a text of about a megabyte. */
export const DEFAULT_SETTINGS: TrainingSettings = {
  cell: "lstm",
  nonlinearity: "tanh",
  hiddenSize: 256,
  numLayers: 2,
  embeddingSize: 128,
  embeddingRange: null,
  dropout: 0.3,
  embeddingDropout: 0,
  inputDropout: null,
  layerDropout: null,
  outputDropout: null,
  lockedDropout: false,
  weightDrop: 0,
  tieWeights: false,
  tokenizer: "char",
  vocabSize: null,
  seqLength: 64,
  batchSize: 32,
  budget: { epochs: 15 },
  optimizer: "adamw",
  learningRate: 0.005,
  lrSchedule: "cosine",
  lrWarmup: null,
  lrFactor: 0.5,
  lrDecayFrom: 4,
  lrPatience: 3,
  gradClip: 1,
  weightDecay: 0.01,
  activationRegularization: 0,
  temporalActivationRegularization: 0,
  averageDecay: 0,
  asgdPatience: 5,
  earlyStopping: 0,
  freeze: [],
  shuffle: "none",
  onDivergence: "stop",
  divergenceFactor: 1000,
  valFraction: 0.1,
  evalEvery: 500,
  sampleEvery: 1000,
  checkpointEvery: null,
  seed: 1,
  threads: null,
  backend: "auto",
};

/** Learning rates that suit each optimiser where none is given. */
const LEARNING_RATES = { adamw: 0.005, adam: 0.005, rmsprop: 0.002, sgd: 1, "nt-asgd": 30 } as const;

/** Sizes of vocabularies that are learned; the others are as large as they are. */
const VOCABULARY_SIZES = { char: null, byte: null, word: 10_000, bpe: 8256 } as const;

/** Fills in what is missing and checks the rest; errors name the setting, the need and what came. */
export function resolveSettings(partial: PartialSettings = {}): TrainingSettings {
  const given = Object.fromEntries(
    Object.entries(partial).filter(([, value]) => value !== undefined),
  ) as Partial<TrainingSettings>;
  const optimizer = given.optimizer ?? DEFAULT_SETTINGS.optimizer;
  const settings: TrainingSettings = {
    ...DEFAULT_SETTINGS,
    learningRate: LEARNING_RATES[optimizer],
    vocabSize: VOCABULARY_SIZES[given.tokenizer ?? DEFAULT_SETTINGS.tokenizer],
    // Tied weights need one size; whoever gives only one of the two means both.
    ...(given.tieWeights && given.embeddingSize === undefined
      ? { embeddingSize: given.hiddenSize ?? DEFAULT_SETTINGS.hiddenSize }
      : {}),
    ...given,
  };
  checkSettings(settings);
  return settings;
}

const SHARES = [...DROPOUT_PROBABILITIES, "averageDecay", "valFraction"] as const;

const AT_LEAST_ZERO = [
  "gradClip",
  "weightDecay",
  "activationRegularization",
  "temporalActivationRegularization",
  "lrDecayFrom",
  "divergenceFactor",
] as const;

function checkSettings(settings: TrainingSettings): void {
  const fail = (name: string, needed: string): never => {
    const came = settings[name as keyof TrainingSettings];
    throw new UnrolledError(
      "invalid-argument",
      `train: ${name} is ${JSON.stringify(came)}, needed ${needed}`,
    );
  };
  const oneOf = (name: keyof TrainingSettings, choices: readonly string[]) => {
    if (!choices.includes(settings[name] as string)) fail(name, choices.join(", "));
  };
  oneOf("cell", ["elman", "lstm", "gru"]);
  oneOf("nonlinearity", ["tanh", "relu"]);
  oneOf("tokenizer", TOKENIZER_KINDS);
  oneOf("optimizer", ["adamw", "adam", "sgd", "rmsprop", "nt-asgd"]);
  oneOf("lrSchedule", ["constant", "cosine", "step", "decay", "plateau"]);
  oneOf("shuffle", ["none", "documents"]);
  oneOf("onDivergence", ["stop", "skip", "rollback"]);
  for (const name of ["hiddenSize", "numLayers", "embeddingSize", "seqLength", "batchSize"] as const) {
    if (!Number.isInteger(settings[name]) || settings[name] < 1) fail(name, "a whole number of at least 1");
  }
  for (const name of ["evalEvery", "sampleEvery", "seed"] as const) {
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 0)
      fail(name, "a whole number of at least 0");
  }
  for (const name of ["asgdPatience", "earlyStopping"] as const) {
    if (!Number.isInteger(settings[name]) || settings[name] < 0) fail(name, "a whole number of at least 0");
  }
  for (const name of ["threads", "lrPatience"] as const) {
    const value = settings[name];
    if (value !== null && (!Number.isInteger(value) || value < 1)) fail(name, "a whole number of at least 1");
  }
  for (const name of SHARES) {
    const value = settings[name];
    if (value !== null && !(value >= 0 && value < 1)) fail(name, "0 to below 1");
  }
  if (
    settings.embeddingRange !== null &&
    !(settings.embeddingRange > 0 && Number.isFinite(settings.embeddingRange))
  )
    fail("embeddingRange", "a number above 0");
  if (!(settings.learningRate > 0 && Number.isFinite(settings.learningRate)))
    fail("learningRate", "a number above 0");
  if (!(settings.lrFactor > 0 && settings.lrFactor <= 1)) fail("lrFactor", "more than 0, at most 1");
  if (settings.lrWarmup !== null && !(Number.isInteger(settings.lrWarmup) && settings.lrWarmup >= 0))
    fail("lrWarmup", "a whole number of at least 0");
  for (const name of AT_LEAST_ZERO) {
    if (!(settings[name] >= 0 && Number.isFinite(settings[name]))) fail(name, "a number of at least 0");
  }
  if (
    settings.vocabSize !== null &&
    (VOCABULARY_SIZES[settings.tokenizer] === null ||
      !Number.isInteger(settings.vocabSize) ||
      settings.vocabSize < 2)
  ) {
    fail("vocabSize", "a whole number of at least 2, with the word or bpe tokenizer");
  }
  if (settings.tieWeights && settings.embeddingSize !== settings.hiddenSize) {
    throw new UnrolledError(
      "invalid-argument",
      `train: tieWeights needs embeddingSize = hiddenSize, got ${settings.embeddingSize} and ${settings.hiddenSize}`,
    );
  }
  if (!(Array.isArray(settings.freeze) && settings.freeze.every((pattern) => typeof pattern === "string")))
    fail("freeze", "a list of names");
  const { checkpointEvery } = settings;
  if (checkpointEvery !== null && !isAmount(checkpointEvery, ["steps", "seconds"]))
    fail("checkpointEvery", "steps or seconds, above 0");
  if (!isAmount(settings.budget, ["steps", "epochs", "minutes"])) {
    fail("budget", "one of steps, epochs or minutes, above 0");
  }
  if ("steps" in settings.budget && !Number.isInteger(settings.budget.steps))
    fail("budget", "a whole number of steps");
}

/** Whether a value is one number above 0 under one of these names. */
function isAmount(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [[name, amount] = ["", 0], ...others] = Object.entries(value);
  return others.length === 0 && names.includes(name) && typeof amount === "number" && amount > 0;
}
