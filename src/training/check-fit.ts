// What `fit` is given, checked before anything is made of it; and errors of the training loop, told in `fit`'s own words.
import { type ErrorText, UnrolledError } from "../errors.ts";
import type { Module } from "../module/module.ts";
import { isRecord } from "../options/field-checks.ts";
import type { FitDefinition } from "../tasks/fit/definition.ts";
import type { Example } from "../tasks/fit/example.ts";
import { said } from "../tasks/fit/require-examples.ts";
import type { FitModuleOptions, FitOptions } from "./fit.ts";

type Here = FitOptions<Module, Example, unknown>;

const BOTH: Readonly<Record<keyof Here & keyof FitModuleOptions<Example>, true>> = {
  data: true,
  validation: true,
  classWeights: true,
  kinds: true,
  batchSize: true,
  epochs: true,
  steps: true,
  minutes: true,
  seed: true,
  threads: true,
  optimiser: true,
  learningRate: true,
  weightDecay: true,
  schedule: true,
  warmup: true,
  clip: true,
  accumulate: true,
  patience: true,
  restoreBest: true,
  evalEvery: true,
  averageDecay: true,
  freeze: true,
  checkpointEvery: true,
  checkpoint: true,
  signal: true,
};
const HERE: Readonly<Record<keyof Here, true>> = {
  ...BOTH,
  forward: true,
  loss: true,
  step: true,
  metrics: true,
  judge: true,
  timeMajor: true,
};
const OF_A_MODULE: Readonly<Record<keyof FitModuleOptions<Example>, true>> = {
  ...BOTH,
  options: true,
  model: true,
};

/** Other libraries' words, and the training loop's, for options of `fit`. */
const MEANT: Readonly<Record<string, string>> = {
  optimizer: "optimiser",
  lr: "learningRate",
  validationData: "validation",
  validationSplit: "validation",
  lrSchedule: "schedule",
  lrWarmup: "warmup",
  gradClip: "clip",
  earlyStopping: "patience",
  classWeight: "classWeights",
  resume: "checkpoint",
  budget: "epochs, steps or minutes",
};

/** @throws UnrolledError "invalid-argument" for options that `fit` of a model does not know, or values that are not theirs */
export function checkFit(options: Here): void {
  requireKnown("fit", options, HERE);
  requireShared(options);
  checkDefinition("fit", options);
  const { validation } = options;
  const hasNone = validation === undefined || validation === 0 || (validation as []).length === 0;
  if ((options.patience ?? 0) > 0 && hasNone)
    throw wrong(
      "validation",
      validation,
      "examples or a share of data, since patience waits for a better figure of these",
    );
}

/** The same of `findLearningRate`, which has options of its own beside those. */
export function checkRange(options: object): void {
  requireKnown("findLearningRate", options, { ...HERE, from: true, to: true, steps: true });
  checkDefinition("findLearningRate", options);
}

/** Functions and metrics with which a model learns or is measured. */
export function checkDefinition(
  call: string,
  { loss, step, forward, metrics = {} }: FitDefinition<Module, Example, unknown>,
): void {
  const wrong = (subject: string, value: unknown, needed: string) =>
    new UnrolledError("invalid-argument", { call, subject, got: said(value), needed });
  for (const [name, each] of Object.entries({ loss, step, forward }))
    if (each !== undefined && typeof each !== "function")
      throw wrong(name, each, name === "loss" ? "a function such as crossEntropy" : "a function");
  if (!isRecord(metrics)) throw wrong("metrics", metrics, "metrics by name, as { accuracy: accuracy() }");
  for (const [name, each] of Object.entries(metrics)) {
    if (typeof each === "function") throw wrong(`metrics.${name}`, each, "what it gives: call it");
    const metric: unknown = isRecord(each) && "metric" in each ? each.metric : each;
    if (!isMetric(metric))
      throw wrong(`metrics.${name}`, each, "a metric such as accuracy(), or { metric, of }");
  }
}

/** The same of a model that a module makes. */
export function checkFitModule(options: FitModuleOptions<Example>): void {
  requireKnown("fit", options, OF_A_MODULE);
  requireShared(options);
}

function requireKnown(call: string, options: object, known: Readonly<Record<string, true>>): void {
  if (!isRecord(options)) throw wrong("options", options, "{ data, … }");
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const squeezed = (word: string) => word.replaceAll("_", "").toLowerCase();
    const near = Object.keys({ ...known, ...MEANT }).find((each) => squeezed(each) === squeezed(name));
    const meant = near === undefined ? undefined : (MEANT[near] ?? near);
    const isOfDefinition = known === OF_A_MODULE && Object.hasOwn(HERE, name);
    throw new UnrolledError("invalid-argument", {
      call,
      problem: isOfDefinition
        ? `${name} is not known beside a module; give it to defineFit in that module`
        : `${name} is not an option, needed ${meant ?? `one of ${Object.keys(known).join(", ")}`}`,
    });
  }
}

function requireShared({
  validation,
  classWeights,
  kinds,
  restoreBest,
  checkpoint,
}: FitModuleOptions<Example>): void {
  if (validation !== undefined && typeof validation !== "number" && !Array.isArray(validation))
    throw wrong("validation", validation, "examples, or a share of at least 0 and below 1");
  const isOfClasses = Array.isArray(classWeights) && classWeights.every((weight) => weight >= 0);
  if (classWeights !== undefined && classWeights !== "balanced" && !isOfClasses)
    throw wrong("classWeights", classWeights, '"balanced", or a number of at least 0 for each class');
  if (checkpoint !== undefined && !(checkpoint instanceof Uint8Array))
    throw wrong("checkpoint", checkpoint, "the bytes that an event of type checkpoint had");
  if (restoreBest !== undefined && typeof restoreBest !== "boolean")
    throw wrong("restoreBest", restoreBest, "true or false");
  for (const [side, each] of Object.entries(kinds ?? {}))
    for (const kind of isRecord(each) ? Object.values(each) : [each])
      if (kind !== "int" && kind !== "float" && kind !== undefined)
        throw wrong(`kinds.${side}`, kind, '"int" or "float"');
}

function isMetric(value: unknown): boolean {
  return isRecord(value) && typeof value.add === "function" && typeof value.reset === "function";
}

function wrong(subject: string, value: unknown, needed: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "fit", subject, got: said(value), needed });
}

/** An error of the training loop as one of `fit`, which has other names for some options. */
export function asErrorOfFit(error: unknown): unknown {
  if (!(error instanceof UnrolledError)) return error;
  if (error.call === "readSafetensors" || error.call === "loadStateDict")
    return error.within({ call: "fit", place: "checkpoint" });
  if (error.call !== "train") return error;
  const { fields } = error;
  const renamed = Object.fromEntries(
    (["subject", "needed", "problem", "advice"] as const)
      .filter((part) => fields[part] !== undefined)
      .map((part) => [part, renamedText(fields[part]!)]),
  );
  return new UnrolledError(error.code, { ...fields, ...renamed, call: "fit" });
}

function renamedText(text: ErrorText): ErrorText {
  if (typeof text === "string") return text;
  return text.map((part) =>
    typeof part === "object" && "option" in part
      ? { ...part, option: MEANT[part.option] ?? part.option }
      : part,
  );
}
