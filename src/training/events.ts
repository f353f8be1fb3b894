import type { ModelFiles } from "../models/model-files.ts";
import type { OptionTable } from "../options/option.ts";
import type { languageTask } from "../tasks/language/language-task.ts";
import type { Prepared, SettingsOf, Task } from "../tasks/task.ts";

/** Types of the fields that differ from task to task in the events of training. */
export interface EventFields {
  readonly settings: object;
  /** What is known of the data at the start. */
  readonly facts: object;
  /** The loss of a step, under the task's name for it. */
  readonly loss: object;
  /** The task's units per second, as tokensPerSecond. */
  readonly pace: object;
  /** What is measured on the held-out part. */
  readonly found: object;
}

/** Those of a task. */
export interface EventFieldsOf<Trained> extends EventFields {
  readonly settings: Trained extends { readonly options: infer Table extends OptionTable }
    ? SettingsOf<Table>
    : Unknown;
  readonly facts: PreparedOf<Trained> extends { readonly facts?: infer Facts extends object }
    ? Facts
    : Unknown;
  readonly loss: Trained extends { readonly loss: infer Loss extends string } ? Numbers<Loss> : Unknown;
  readonly pace: Trained extends { readonly units: infer Units extends string }
    ? Numbers<`${Units}PerSecond`>
    : Unknown;
  readonly found: PreparedOf<Trained> extends Prepared<infer _S, infer _O, infer _P, infer _M, infer Found>
    ? Found extends object
      ? Found
      : Unknown
    : Unknown;
}

type Unknown = Readonly<Record<string, unknown>>;
/** Numbers by name, where the name is known. */
type Numbers<Name extends string> = string extends Name ? Unknown : Readonly<Record<Name, number>>;
type PreparedOf<Trained> = Trained extends { prepare(...given: never): infer Made } ? Awaited<Made> : never;

/** Events of a training: start, then step, eval, sample and model as they come, then end. */
export type TrainingEvent<Fields extends EventFields = EventFieldsOf<typeof languageTask>> =
  | ({
      readonly type: "start";
      readonly task: string;
      readonly settings: Fields["settings"];
      readonly backend: string;
      readonly backendReason: string;
      readonly threads: number;
      /** Why there are fewer threads than asked for, if so. */
      readonly threadsReason?: string;
      /** How many processes train together, where there are several; each has so many threads. */
      readonly ranks?: number;
      readonly parameters: number;
      readonly stepsPerEpoch: number;
      /** Steps the run will have; null while only the time is known (minutes). */
      readonly totalSteps: number | null;
      /** Memory that training will take. */
      readonly memoryBytes: number;
      /** Measured on a first step that is not kept. */
      readonly secondsPerEpoch: number;
      /** The step after which a checkpoint continues; null for a new run. */
      readonly resumedAt: number | null;
      /** What is found on the held-out part without a model, by name, where the task says so. */
      readonly baselines?: Readonly<Record<string, object>>;
    } & Fields["facts"])
  | ({
      readonly type: "step";
      readonly step: number;
      /** Epochs done, with a fraction. */
      readonly epoch: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly secondsLeft: number;
      /** What the heap has grown to. */
      readonly memoryBytes: number;
    } & Fields["loss"] &
      Fields["pace"])
  | ({ readonly type: "eval"; readonly step: number; readonly best: boolean } & Fields["found"])
  | { readonly type: "sample"; readonly step: number; readonly text: string }
  /** Something that people should know: a bad step, a lower learning rate. */
  | { readonly type: "note"; readonly step: number; readonly text: string }
  /** Everything that is needed to continue from this step, as the bytes of a file. */
  | { readonly type: "checkpoint"; readonly step: number; readonly file: Uint8Array }
  /** The best model so far (by what is held out; the last where nothing is), to be kept. */
  | { readonly type: "model"; readonly step: number; readonly files: ModelFiles }
  | ({
      readonly type: "end";
      readonly reason: "steps" | "epochs" | "minutes" | "early-stopping" | "aborted";
      readonly steps: number;
      readonly seconds: number;
      /** Of the best model on the whole held-out part; null where nothing is held out. */
      readonly evaluation: Fields["found"] | null;
      /** Of the same model on the test part, where one was given. */
      readonly test?: object;
    } & Fields["pace"]);

/** An event of a task of which nothing more is known. */
export type AnyTrainingEvent = TrainingEvent<EventFieldsOf<Task>>;
