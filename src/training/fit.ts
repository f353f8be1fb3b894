import { UnrolledError } from "../errors.ts";
import type { ModelFiles } from "../models/model-files.ts";
import { Module } from "../module/module.ts";
import { isRecord } from "../options/field-checks.ts";
import type { FitDefinition, FitModule } from "../tasks/fit/definition.ts";
import type { Example, NumberKind } from "../tasks/fit/example.ts";
import { type FitData, fitTask } from "../tasks/fit/fit-task.ts";
import { said } from "../tasks/fit/require-examples.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task, TaskModule } from "../tasks/task.ts";
import { requireWhole } from "../whole-numbers.ts";
import { asErrorOfFit, checkDefinition, checkFit, checkFitModule } from "./check-fit.ts";
import type { AnyTrainingEvent, TrainingEvent } from "./events.ts";
import { train, trainHere } from "./train.ts";

/** How long, with what and by which steps a model learns. The defaults stand beside each. */
export interface FitSettings {
  /** B; 32. */
  readonly batchSize?: number | undefined;
  /** Exactly one of the three, or none: 10 epochs. */
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  readonly minutes?: number | undefined;
  /** "adam", with what `LoopSettings` say of each. */
  readonly optimiser?: LoopSettings["optimizer"] | undefined;
  /** The optimiser's own: 0.005 for Adam, 1 for SGD. */
  readonly learningRate?: number | undefined;
  /** 0. */
  readonly weightDecay?: number | undefined;
  /** "constant". */
  readonly schedule?: LoopSettings["lrSchedule"] | undefined;
  /** Steps over which the learning rate rises; the schedule's own if not given. */
  readonly warmup?: number | undefined;
  /** The largest norm of the gradients; 1. 0: any. */
  readonly clip?: number | undefined;
  /** In how many goes a batch is read, so that memory is that of one of them; 1. */
  readonly accumulate?: number | undefined;
  /** Measurements without improvement after which it ends; never if not given. */
  readonly patience?: number | undefined;
  /** Whether the model has its best weights at the end, by what is held out; true. */
  readonly restoreBest?: boolean | undefined;
  /** Steps between two measurements; an epoch. */
  readonly evalEvery?: number | undefined;
  /** Share of an exponential average of the weights that is kept at each step; 0: no average. */
  readonly averageDecay?: number | undefined;
  /** Names of parameters that stay as they are, with * for any part. */
  readonly freeze?: readonly string[] | undefined;
  /** Of the order of examples; 1. */
  readonly seed?: number | undefined;
  /** How often a checkpoint is yielded; never if not given. */
  readonly checkpointEvery?: LoopSettings["checkpointEvery"] | undefined;
  /** The file of a checkpoint of the same run, which continues as if it had never stopped. */
  readonly checkpoint?: Uint8Array | undefined;
  /**
   * All cores if not given, where a module makes the model. A model that is given trains on the caller's thread alone, and the event
   * "start" says so.
   */
  readonly threads?: number | undefined;
  /** Aborted, it ends early with the best weights so far. */
  readonly signal?: AbortSignal | undefined;
}

/** What a model learns from. */
export interface FitExamples<Learned extends Example> {
  readonly data: readonly Learned[];
  /** Examples to measure on, or the share of the last ones of `data`. */
  readonly validation?: readonly Learned[] | number | undefined;
  /** The weight of each class [V], or "balanced": rare classes count as much as others. Needs a loss that takes `classWeights`. */
  readonly classWeights?: "balanced" | readonly number[] | undefined;
  /** Which parts are whole numbers; if not given, those in which all numbers are whole. */
  readonly kinds?: {
    readonly inputs?: NumberKind | Readonly<Record<string, NumberKind>>;
    readonly targets?: NumberKind | Readonly<Record<string, NumberKind>>;
  };
}

/** Options of `fit` for a model on the caller's thread. */
export type FitOptions<Model extends Module, Learned extends Example, Output> = FitSettings &
  FitExamples<Learned> &
  FitDefinition<Model, Learned, Output>;

/** Options of `fit` for a model that a module makes. */
export interface FitModuleOptions<Learned extends Example> extends FitSettings, FitExamples<Learned> {
  /** What the module makes its model from: plain data. */
  readonly options?: unknown;
  /** The files of a model to begin with. */
  readonly model?: ModelFiles | undefined;
}

/** Events of `fit`: start, then step, eval, note, checkpoint and model as they come, then end. */
export type FitEvent = TrainingEvent<{
  readonly settings: LoopSettings;
  readonly facts: {
    readonly trainingExamples: number;
    readonly validationExamples: number;
    /** The figure by which the best weights are known. */
    readonly judge: { readonly measure: string; readonly better: "less" | "more" };
  };
  readonly loss: { readonly loss: number };
  readonly pace: { readonly examplesPerSecond: number };
  readonly found: { readonly loss: number } & Readonly<Record<string, number>>;
}>;

/**
 * Trains a model on examples and yields events. Batches have examples of like length; the held-out part is measured after
 * each epoch, and the best weights are kept. A model that is given trains on the caller's thread, step by step as events are asked for, and has its
 * best weights once they end. A module that exports what `defineFit` gave (`new URL("./model.js#name", import.meta.url)`) trains in a
 * worker on any number of threads; its weights come with the events of type "model".
 *
 * @throws UnrolledError "invalid-argument" or "shape-mismatch" for examples, options or a model that do not fit; "not-finite" where
 * training diverges
 */
export function fit<Model extends Module, Learned extends Example, Output = unknown>(
  model: Model,
  options: FitOptions<Model, Learned, Output>,
): AsyncGenerator<FitEvent, void, undefined>;
export function fit<Learned extends Example>(
  module: URL | TaskModule,
  options: FitModuleOptions<Learned>,
): AsyncGenerator<FitEvent, void, undefined>;
export function fit(
  model: Module | URL | TaskModule,
  options: FitOptions<Module, Example, unknown> | FitModuleOptions<Example>,
): AsyncGenerator<FitEvent, void, undefined> {
  const events =
    model instanceof Module
      ? fitHere(model, options as FitOptions<Module, Example, unknown>)
      : fitModule(model, options as FitModuleOptions<Example>);
  return inOwnWords(events) as AsyncGenerator<FitEvent, void, undefined>;
}

async function* inOwnWords(events: AsyncGenerator<AnyTrainingEvent, void, undefined>) {
  try {
    yield* events;
  } catch (error) {
    throw asErrorOfFit(error);
  }
}

/**
 * Defines a model that a module exports, and how it learns: for `fit` on any number of threads.
 *
 * @throws UnrolledError "invalid-argument" for a definition without a name or a model, or with a loss or metrics that are none
 */
export function defineFit<Model extends Module, Learned extends Example, Output, Options = undefined>(
  definition: FitModule<Model, Learned, Output, Options>,
): Task {
  const { name, model } = isRecord(definition) ? definition : {};
  if (typeof name !== "string" || typeof model !== "function")
    throw new UnrolledError("invalid-argument", {
      call: "defineFit",
      problem: `name is ${said(name)} and model is ${said(model)}, needed a text, and a function that makes the model on a device`,
    });
  checkDefinition("defineFit", definition as never);
  return fitTask(definition as never, definition as never);
}

const ONE_THREAD =
  "the model is an object, which cannot travel to other threads; export what defineFit gives from a module, and give fit its URL with #name";

async function* fitHere(
  model: Module,
  options: FitOptions<Module, Example, unknown>,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  checkFit(options);
  const { restoreBest = true, checkpoint, signal } = options;
  const [first] = model.parameters();
  if (!first)
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: "the model has no parameters to learn with",
    });
  const task = fitTask(options, { name: "fit", model: () => model });
  const start = { checkpoint, device: first.device };
  const wasTraining = model.training;
  model.train();
  try {
    let last: Awaited<ReturnType<Module["stateDict"]>> | undefined;
    for await (const event of trainHere(task, dataOf(options), settingsOf(options), signal, start)) {
      // The weights of the last step are there when it is measured, before the best ones are brought back.
      if (!restoreBest && event.type === "eval") last = await model.stateDict();
      if (!restoreBest && event.type === "end" && last) model.loadStateDict(last);
      yield event.type === "start" && event.threadsReason ? { ...event, threadsReason: ONE_THREAD } : event;
    }
  } finally {
    if (wasTraining) model.train();
    else model.eval();
  }
}

async function* fitModule(
  module: URL | TaskModule,
  options: FitModuleOptions<Example>,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const home = moduleOf(module);
  checkFitModule(options);
  const { checkpoint, signal, model, threads } = options;
  const settings = { ...settingsOf(options), ...(threads === undefined ? {} : { threads }) };
  yield* train({
    task: home,
    data: dataOf(options),
    settings: settings as never,
    checkpoint,
    signal,
    model,
  }) as AsyncGenerator<AnyTrainingEvent, void, undefined>;
}

/** model.js#name is the export `name` of model.js. */
function moduleOf(module: URL | TaskModule): TaskModule {
  if (!(module instanceof URL)) {
    if (isRecord(module) && "module" in module && "export" in module) return module;
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: `model is ${said(module)}, needed a Module, or new URL("./model.js#name", import.meta.url) of what defineFit gave`,
    });
  }
  const name = module.hash.slice(1);
  if (name === "") {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: `${module.href} does not say which export of the module is meant; add #NAME`,
    });
  }
  const file = new URL(module.href);
  file.hash = "";
  return { module: file.href, export: name };
}

function dataOf(options: FitExamples<Example> & FitSettings & { readonly options?: unknown }): FitData {
  const { data, validation, kinds, classWeights, evalEvery, accumulate } = options;
  if (accumulate !== undefined) requireWhole("fit", "accumulate", accumulate, 1);
  const { options: own } = options;
  return { examples: data, validation, kinds, classWeights, evalEvery, accumulate, options: own };
}

/** What the training loop calls these. */
function settingsOf(options: FitSettings): Readonly<Record<string, unknown>> {
  const { epochs, steps, minutes, batchSize, optimiser = "adam", learningRate, weightDecay } = options;
  const { schedule = "constant", warmup, clip, patience, averageDecay, freeze, seed } = options;
  const budgets = Object.entries({ epochs, steps, minutes }).filter(([, amount]) => amount !== undefined);
  if (budgets.length > 1) {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: `${budgets.map(([name]) => name).join(" and ")} were given, needed one of epochs, steps and minutes`,
    });
  }
  for (const [name, amount] of budgets) {
    if (typeof amount === "number" && amount > 0 && (name !== "steps" || Number.isInteger(amount))) continue;
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      subject: name,
      got: JSON.stringify(amount),
      needed: name === "steps" ? "a whole number above 0" : "a number above 0",
    });
  }
  const settings = {
    budget: budgets.length === 1 ? Object.fromEntries(budgets) : { epochs: 10 },
    batchSize,
    optimizer: optimiser,
    learningRate,
    weightDecay: weightDecay ?? 0,
    lrSchedule: schedule,
    lrWarmup: warmup,
    gradClip: clip,
    earlyStopping: patience,
    averageDecay,
    freeze,
    seed,
    checkpointEvery: options.checkpointEvery,
    sampleEvery: 0,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
