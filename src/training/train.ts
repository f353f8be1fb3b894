import { startWorker as startPlainWorker } from "#platform";
import { startTaskWorker } from "#task-worker";
import { type CellModule, cellHomes } from "../cells/own-cells.ts";
import { type ErrorCode, type ErrorFields, UnrolledError } from "../errors.ts";
import type { ModelFiles } from "../models/model-files.ts";
import type { TaskName } from "../tasks/find-task.ts";
import { isTask } from "../tasks/is-task.ts";
import type { languageTask } from "../tasks/language/language-task.ts";
import type { Task } from "../tasks/task.ts";
import type { AnyTrainingEvent, EventFieldsOf, TrainingEvent } from "./events.ts";
import type { PartialSettings, TrainingStart } from "./settings.ts";

/** What a training worker is sent. */
export type WorkerRequest =
  | {
      readonly type: "train";
      readonly task: TaskName;
      readonly data: unknown;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly start: TrainingStart;
      /** Where cells of the user's own come from. */
      readonly cells: readonly CellModule[];
      /** Where other processes that train the same model are to be found; of Node alone. */
      readonly world?: object | undefined;
    }
  /** Sent once the caller has seen the start: no step is made before. */
  | { readonly type: "go" }
  | { readonly type: "abort" };

/** What it sends back. */
export type WorkerReply =
  | { readonly type: "event"; readonly event: AnyTrainingEvent }
  | {
      readonly type: "failed";
      /** Where the library has found it. */
      readonly error: { readonly code: ErrorCode; readonly fields: ErrorFields } | undefined;
      readonly message: string;
      readonly stack: string | undefined;
    }
  | { readonly type: "done" };

/** Options of `train`. */
export interface TrainRequest<TaskAsked, Data, Settings> {
  /** The name of one that the package knows, a module's export, or what `defineTask` gave; "language" if not given. */
  readonly task?: TaskAsked;
  /** What is learned from, as the task takes it. */
  readonly data: Data;
  /** Of the loop and of the task; what is missing is as the tables say. */
  readonly settings?: Settings | undefined;
  /** Aborted, it ends the training early, with the best model kept. */
  readonly signal?: AbortSignal | undefined;
  /** A checkpoint of the same run, to go on from as if it had never stopped. */
  readonly checkpoint?: Uint8Array | undefined;
  /** The files of a trained model, to go on from with its sizes and weights. */
  readonly model?: ModelFiles | undefined;
}

/** The task that is asked for, as far as its types are known: those of a module are not. */
type Asked<Name> = Name extends "language" ? typeof languageTask : Name extends Task ? Name : Task;
type DataOf<Trained> = Trained extends { prepare(beginning: { readonly data: infer Data }): unknown }
  ? Data
  : unknown;

/**
 * Trains in a worker, so that the caller's thread stays free, and tells about it event by event; the first step is made when the
 * caller asks for what comes after the start. Leaving the loop stops the worker at once. A task that is an object cannot travel
 * to other threads: it is trained on the caller's own, step by step as events are asked for, and the start says so.
 *
 * @throws UnrolledError whatever is wrong with task, settings or data, "not-finite" if training diverges.
 */
export function train<const Name extends TaskName | Task = "language">(
  request: TrainRequest<Name, DataOf<Asked<Name>>, PartialSettings<Asked<Name>["options"]>>,
): AsyncGenerator<TrainingEvent<EventFieldsOf<Asked<Name>>>, void, undefined> {
  return trainAny(request as AnyRequest) as ReturnType<typeof train<Name>>;
}

type AnyRequest = TrainRequest<TaskName | Task, unknown, Readonly<Record<string, unknown>>>;

/** The same as one of several processes that this one has joined; those behind the first tell no events. */
export async function* trainAny(
  request: AnyRequest,
  world?: object,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const { task = "language", data, settings = {}, signal, checkpoint, model } = request;
  const start = { checkpoint, model };
  if (isTask(task)) yield* trainHere(task, data, settings, signal, start);
  else {
    const name = typeof task === "string" ? task : { module: String(task.module), export: task.export };
    yield* trainInWorker(
      { type: "train", task: name, data, settings, start, cells: cellHomes(), world },
      signal,
    );
  }
}

/** Trains on the caller's thread. */
export async function* trainHere(
  task: Task,
  data: unknown,
  settings: Readonly<Record<string, unknown>>,
  signal: AbortSignal = new AbortController().signal,
  start: TrainingStart = {},
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const [{ resolveSettingsOf }, { runTraining }, { loadReference }] = await Promise.all([
    import("./resolve-settings.ts"),
    import("./run-training.ts"),
    import("../kernels/load-reference.ts"),
  ]);
  const resolved = resolveSettingsOf(task, settings);
  yield* runTraining({ ...task, home: undefined }, data, resolved, signal, start, loadReference);
}

async function* trainInWorker(
  request: Extract<WorkerRequest, { type: "train" }>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const startWorker = needsTaskWorker(request) ? startTaskWorker : startPlainWorker;
  const worker = startWorker<WorkerRequest, WorkerReply>(true);
  const replies: WorkerReply[] = [];
  let death: Error | undefined;
  let wake = () => {};
  worker.listen(
    (reply) => {
      replies.push(reply);
      wake();
    },
    (error) => {
      death = error;
      wake();
    },
  );
  const abort = () => worker.post({ type: "abort" });
  signal?.addEventListener("abort", abort);
  try {
    worker.post(request);
    if (signal?.aborted) abort();
    for (;;) {
      const reply = replies.shift();
      if (reply?.type === "event") {
        yield reply.event;
        if (reply.event.type === "start") worker.post({ type: "go" });
      } else if (reply?.type === "done") return;
      else if (reply?.type === "failed") throw rebuilt(reply);
      else if (death)
        throw new UnrolledError("worker-died", {
          call: "train",
          problem: `the training worker died: ${death.message}`,
        });
      else
        await new Promise<void>((resume) => {
          wake = resume;
        });
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    worker.stop();
  }
}

/** Whether a training is of another task than a module's, or of a language model that begins with more than texts. */
function needsTaskWorker({ task, settings, start }: Extract<WorkerRequest, { type: "train" }>): boolean {
  if (typeof task !== "string") return false;
  return task !== "language" || start.model !== undefined || (settings.condition ?? null) !== null;
}

/** The worker's error, on this side again. */
function rebuilt({ error, message, stack }: Extract<WorkerReply, { type: "failed" }>): Error {
  if (error) return new UnrolledError(error.code, error.fields);
  const unexpected = new Error(message);
  if (stack) unexpected.stack = stack;
  return unexpected;
}
