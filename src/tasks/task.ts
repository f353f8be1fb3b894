// What a task is: everything of a training that is not the same for all. The loop, checkpoints, schedules, logs and the command line
// know only this.
import type { DataSource } from "../data/tables/data-source.ts";
import { UnrolledError } from "../errors.ts";
import type { FileReader, ModelFiles } from "../models/model-files.ts";
import type { Module, StateDict } from "../module/module.ts";
import type { GivenFor, OptionTable, ValuesOf } from "../options/option.ts";
import type { Part, Replica } from "../parallel/replica.ts";
import { type OwnParts, splitRows } from "../parallel/split.ts";
import type { Generator } from "../random/philox.ts";
import type { ModelInput } from "../session/model-value.ts";
import type { Session } from "../session/session.ts";
import type { Device } from "../tensor/device.ts";
import { LOOP_OPTIONS, type LoopSettings } from "./loop-settings.ts";
import type { Presets } from "./preset.ts";
import type { Listening } from "./sound/listening.ts";

/** A task as a module's export, which other threads can import too. */
export interface TaskModule {
  /** A URL such as `new URL("./task.js", import.meta.url)`. */
  readonly module: string | URL;
  readonly export: string;
}

/** The settings that a task with these options is trained with. */
export type SettingsOf<Table extends OptionTable> = LoopSettings & ValuesOf<Table>;

/** What `prepare` is given. */
export interface Beginning<Data, Settings> {
  readonly data: Data;
  readonly settings: Settings;
  readonly device: Device;
  readonly threads: number;
  /** The files of a trained model to begin with. */
  readonly model?: ModelFiles | undefined;
}

/** The place of a batch, both counted from 0. */
export interface BatchPlace {
  readonly epoch: number;
  readonly batch: number;
}

/** A batch in parts for the threads (null: no rows), and how many units there are to learn from in it. */
export interface Batch<Share> {
  readonly parts: readonly (Part<Share> | null)[];
  readonly units: number;
}

/** Data made ready to learn from. Whatever is fitted to data (vocabularies, scalers) is fitted to the training part alone. */
export interface Prepared<Settings, Options, Share, Model, Found, Facts = object> {
  /** The settings, if a model to begin with decides some of them. */
  readonly settings?: Settings;
  /** Plain data that each thread's replica is made from. */
  readonly options: Options;
  /** The weights of a trained model to begin with. */
  readonly weights?: StateDict | undefined;
  /** Facts of the data and the model, which the start of a run tells. */
  readonly facts?: Facts;
  /** What people should know before the first step. */
  readonly notes?: readonly string[];
  /** Sizes of the data by name: an error about a checkpoint of other data names the one that differs. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** The same text for the same data: a checkpoint of other data is refused. */
  digest(): string | Promise<string>;
  /** Bytes that training will take at most, where that is known before. */
  readonly memoryBytes?: number;
  readonly batchesPerEpoch: number;
  /**
   * A batch, the same one each time it is asked for; `rows` are those of each thread in a whole batch. Where several processes train
   * together, a share that is not among their `own` may be anything: another process reads it.
   */
  batch(place: BatchPlace, rows: readonly number[], own?: OwnParts): Batch<Share>;
  /** Measures on the held-out part, quickly or on the whole of it; left out if nothing is held out. */
  measure?(model: Model, how: "quick" | "whole"): Promise<Found> | Found;
  /** Results without a model, by name, which any model has to beat. */
  readonly baselines?: Readonly<Record<string, object>> | undefined;
  /** The figures on the test part, asked for once, of the model that is kept; left out if there is none. */
  test?(trained: Evaluated<Model, Options>): Promise<object> | object;
  /** What people see while it learns. */
  sample?(model: Model, generator: Generator): Promise<string> | string;
  /** The model's folder; its weights, settings and figures if not given. */
  files?(model: Model, settings: Settings, found: Found | undefined): Promise<ModelFiles> | ModelFiles;
}

/** A trained model with what was kept beside it. */
export interface Evaluated<Model, Options> {
  readonly model: Model;
  /** What the replica was made from. */
  readonly options: Options;
  /** The settings that it was trained with. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Reads a file of its folder. */
  readonly read: FileReader;
}

/** A task. `Table` are its options, `Share` is a thread's part of a batch, `Found` what is measured. */
export interface Task<
  Table extends OptionTable = OptionTable,
  Data = unknown,
  Options = unknown,
  Share = unknown,
  Model extends Module = Module,
  Found extends object = object,
  Facts extends object = object,
  Loss extends string = string,
  Units extends string = string,
  Input = never,
  Prediction = unknown,
  Heard extends object = object,
> {
  /** Lower case, with hyphens; a checkpoint of another task is refused by it. */
  readonly name: string;
  readonly options: Table;
  /**
   * The kernels that it calls: `core` are those that kernels.h lists before "the rest", which a page then does not fetch; all if not given.
   */
  readonly kernels?: "core";
  /** What a batch's loss is called, with its unit: lossNats. */
  readonly loss: Loss;
  /** What is learned from, counted: tokens, rows. */
  readonly units: Units;
  /** Which of the measured numbers counts, and which is the better. */
  readonly judge: { readonly measure: string; readonly better: "less" | "more" };
  /** The measured numbers that are told each time, and at the end; all of them, and those told each time, if not given. */
  readonly figures?: readonly string[];
  readonly results?: readonly string[];
  /** What settings of the loop are where nothing is said, if not what they are for every task. */
  readonly defaults?: Partial<LoopSettings>;
  /** Settings that go together, by name, for the command line. */
  readonly presets?: Presets;
  /** What options of the loop are in this task's words. */
  readonly help?: Readonly<Record<string, string>>;
  /** Files of its model's folder that the network does not make, such as fitted baselines; a copy of the model keeps them. */
  readonly beside?: readonly string[];
  /** Where other threads find it; without one it trains on one thread. */
  readonly home?: TaskModule | undefined;
  /** Fills in what follows from other settings, and refuses what does not fit together. */
  settle?(given: GivenFor<Table>, values: ValuesOf<Table>): ValuesOf<Table>;
  prepare(
    beginning: Beginning<Data, SettingsOf<Table>>,
  ):
    | Prepared<SettingsOf<Table>, Options, Share, Model, Found, Facts>
    | Promise<Prepared<SettingsOf<Table>, Options, Share, Model, Found, Facts>>;
  /** One thread's model, and the loss of its share: as `ReplicaFactory`. */
  replica(device: Device, options: Options, rows: number): Replica<Share> & { readonly model: Model };
  /**
   * What a trained model makes of an input, for `openModel(folder, { task }).predict`; `options` are what the replica was made from, and
   * `read` reads files of the model's folder.
   */
  predict?(model: Model, input: Input, options: Options, read: FileReader): Prediction;
  /** As `predict`, and tells its text piece by piece, as soon as each is settled. */
  predictEvents?(model: Model, input: Input, options: Options): AsyncIterable<PredictEvent<object>>;
  /** The same of many inputs, computed together, in their order: each is answered as `predict` answers it alone. */
  predictAll?(
    model: Model,
    inputs: readonly Input[],
    options: Options,
    read: FileReader,
  ): Promise<readonly unknown[]>;
  /** What it reads of an input and says of it, step by step, for those who look into the model. */
  look?(model: Model, input: Input, options: Options, read: FileReader): Promise<TaskLook> | TaskLook;
  /** What can be said of a measurement, and of answers. */
  readonly evaluateOptions?: OptionTable;
  readonly answerOptions?: OptionTable;
  /** The figures of a trained model on other data, for `unrolled eval`; `given` are values of `evaluateOptions`. */
  evaluate?(
    trained: Evaluated<Model, Options>,
    data: Data,
    given: Readonly<Record<string, unknown>>,
  ): Promise<object> | object;
  /** Has a trained model listen to sound that comes in pieces, by a session of it. */
  listen?(
    session: Session,
    options: Options,
    given: { readonly sampleRateHz?: number | undefined },
  ): Listening<Heard>;
  /** Whether what a trained model is asked of are files alone; if not given, its help says so. */
  asksFiles?(options: Options): boolean;
  /** What a trained model says of texts, or of what files hold, for `unrolled predict`: plain data, one after the other. */
  answers?(
    trained: Evaluated<Model, Options>,
    asked: Asked,
    given: Readonly<Record<string, unknown>>,
  ): AsyncIterable<object>;
}

/** What a task's model reads of one input, and what it says at each of its T steps. Plain data. */
export interface TaskLook {
  /** What each step reads, as people read it. */
  readonly pieces: readonly string[];
  /** The network's inputs by name, a batch of one. */
  readonly inputs: Readonly<Record<string, ModelInput>>;
  /** What can be said: classes, tags, steps ahead. [K] */
  readonly names: readonly string[];
  /** What is said of each after each step [T·K]: probabilities, or numbers. */
  readonly said: Float32Array;
  /** The words for each step [T]: the likeliest class so far, the tag; empty where nothing is said yet. */
  readonly words: readonly string[];
  /** The answer to the whole, as `predict` gives it. */
  readonly answer: object;
}

/** `text` is the next piece of what is predicted; `end` has the prediction as a whole. */
export type PredictEvent<Found> =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "end"; readonly answer: Found };

/** What a model is asked of: texts, or sources. */
export interface Asked {
  readonly texts: readonly string[];
  readonly sources: readonly DataSource[];
}

/** What there is to say of a task without what trains it. */
export type TaskDescription = Pick<
  Task,
  | "name"
  | "options"
  | "evaluateOptions"
  | "answerOptions"
  | "loss"
  | "units"
  | "judge"
  | "figures"
  | "results"
  | "defaults"
  | "help"
  | "presets"
  | "beside"
  | "settle"
>;

/**
 * A task of your own, with its types. Given as an object it trains on the caller's thread alone; exported from a module and given as
 * `{ module, export }`, in a worker and on any number of threads.
 *
 * @throws UnrolledError "invalid-argument" for an option that has the name of one of the loop's
 */
export function defineTask<
  const Table extends OptionTable,
  Data,
  Options,
  Share,
  Model extends Module,
  Found extends object,
  Facts extends object,
  const Loss extends string,
  const Units extends string,
  Input = never,
  Prediction = unknown,
  Heard extends object = object,
>(
  task: Task<Table, Data, Options, Share, Model, Found, Facts, Loss, Units, Input, Prediction, Heard>,
): Task<Table, Data, Options, Share, Model, Found, Facts, Loss, Units, Input, Prediction, Heard> {
  const taken = Object.keys(task.options).find((name) => isLoopSetting(name));
  if (taken !== undefined) {
    throw new UnrolledError("invalid-argument", {
      call: "defineTask",
      problem: `${taken} is an option of every training, so ${task.name} cannot have one of that name`,
    });
  }
  return task;
}

/** A batch of examples, one a row, in parts for threads that have so many rows of a whole batch. The units are the rows. */
export function batchOf<Example>(
  examples: readonly Example[],
  rows: readonly number[],
  own?: OwnParts,
): Batch<readonly Example[]> {
  return batchOfShares(examples, rows, (share) => ({ share }), own);
}

/**
 * As `batchOf`, where `partOf` says what a thread is given of its examples, and what that counts. Where `isOwn` is false the share
 * is nobody's here.
 */
export function batchOfShares<Example, Share>(
  examples: readonly Example[],
  rows: readonly number[],
  partOf: (examples: readonly Example[], isOwn: boolean) => Omit<Part<Share>, "rows">,
  own?: OwnParts,
): Batch<Share> {
  let first = 0;
  const parts = splitRows(examples.length, rows.length).map((count, part) => {
    first += count;
    if (count === 0) return null;
    const isOwn = !own || (part >= own.first && part < own.first + own.count);
    return { rows: count, ...partOf(examples.slice(first - count, first), isOwn) };
  });
  return { parts, units: examples.length };
}

/** Whether the loop has a setting of a name. */
export function isLoopSetting(name: string): boolean {
  return name in LOOP_OPTIONS || name === "budget" || name === "checkpointEvery";
}
