import { UnrolledError } from "../errors.ts";
import { type FileReader, filesBeside, type ModelFiles } from "../models/model-files.ts";
import { NetworkModel } from "../models/network-model.ts";
import type { Listening } from "../tasks/sound/listening.ts";
import type { Asked, Evaluated, PredictEvent, Task, TaskLook } from "../tasks/task.ts";

/** A task, as far as its model needs it. */
export type TaskOfModel = Pick<
  Task,
  | "name"
  | "beside"
  | "predict"
  | "predictAll"
  | "predictEvents"
  | "look"
  | "evaluate"
  | "answers"
  | "asksFiles"
  | "listen"
>;

/** A network that was trained for a task, with that task. */
export class TaskModel<Input, Found, Heard extends object = object> extends NetworkModel {
  readonly #task: TaskOfModel;
  readonly #read: FileReader;

  /** @param read reads a file of its folder, for what lies there beside the network */
  constructor(model: NetworkModel, task: TaskOfModel, read: FileReader = noFile) {
    super(model.network, { format: model.format, madeBy: model.madeBy });
    this.#task = task;
    this.#read = read;
  }

  /**
   * What the task makes of an input.
   *
   * @throws UnrolledError "invalid-argument" for a task that says nothing of that, and whatever it throws
   */
  async predict(input: Input): Promise<Found> {
    const predict = this.#asked("predict", "run gives the outputs");
    return (await predict(this.network, input as never, this.madeBy?.options, this.#read)) as Found;
  }

  /**
   * As `predict`, and tells the text that is predicted piece by piece, as soon as each is settled: `text` events, which joined are the
   * whole text, and one `end` with the prediction.
   *
   * @throws UnrolledError "invalid-argument" for a task that writes no text, and whatever it throws
   */
  predictEvents(input: Input): AsyncIterable<PredictEvent<Found>> {
    const events = this.#asked("predictEvents", "predict gives all at once");
    return events(this.network, input as never, this.madeBy?.options) as AsyncIterable<PredictEvent<Found>>;
  }

  /** Whether `predictEvents` tells what it predicts piece by piece. */
  get tellsPieces(): boolean {
    return this.#task.predictEvents !== undefined;
  }

  /**
   * What it makes of many inputs, in their order, computed together where the task can. Throws as `predict` does, for the first that it
   * cannot answer.
   */
  async predictAll(inputs: readonly Input[]): Promise<Found[]> {
    const { predictAll } = this.#task;
    if (predictAll && inputs.length > 0)
      return [
        ...(await predictAll(this.network, inputs as never, this.madeBy?.options, this.#read)),
      ] as unknown as Found[];
    const found: Found[] = [];
    for (const input of inputs) found.push(await this.predict(input));
    return found;
  }

  /**
   * What the model reads of an input, and what it says of it at each step.
   *
   * @throws UnrolledError "invalid-argument" for a task that cannot be looked into, and whatever it throws
   */
  async look(input: Input): Promise<TaskLook> {
    const look = this.#asked("look", "traceNetwork shows its layers");
    return look(this.network, input as never, this.madeBy?.options, this.#read);
  }

  /**
   * The figures of the model on other data, as the task takes them, beside those of its baselines.
   *
   * @param given values of the task's `evaluateOptions`
   * @throws UnrolledError "invalid-argument" for a task that measures nothing, and whatever it throws
   */
  async evaluate(data: unknown, given: Readonly<Record<string, unknown>> = {}): Promise<object> {
    const evaluate = this.#asked("evaluate", "measure says how well a module does");
    return evaluate(this.#trained, data, given);
  }

  /**
   * What the model says of texts and sources, one answer after the other.
   *
   * @param given values of the task's `answerOptions`
   * @throws UnrolledError "invalid-argument" for a task that answers nothing, and whatever it throws
   */
  answers(asked: Partial<Asked>, given: Readonly<Record<string, unknown>> = {}): AsyncIterable<object> {
    const answers = this.#asked("answers", "run gives the outputs");
    return answers(this.#trained, { texts: [], sources: [], ...asked }, given);
  }

  /**
   * Listens to sound that comes in pieces, such as a microphone's: what the task says of each frame, as soon as it is known.
   *
   * @param given sampleRateHz: samples a second of what comes; those of the model's front end if not given
   * @throws UnrolledError "invalid-argument" for a model that does not listen, or whose layers read backwards too, saying why
   */
  listen(given: { readonly sampleRateHz?: number } = {}): Listening<Heard> {
    const listen = this.#asked("listen", "session reads step by step");
    return listen(this.session(), this.madeBy?.options as never, given) as Listening<Heard>;
  }

  /** Whether it is asked of files alone, such as recordings. */
  get asksFiles(): boolean {
    return this.#task.asksFiles?.(this.madeBy?.options as never) ?? false;
  }

  override async files(): Promise<ModelFiles> {
    return { ...(await super.files()), ...(await filesBeside(this.#read, this.#task.beside)) };
  }

  get #trained(): Evaluated<never, unknown> {
    const { options, training = {} } = this.madeBy ?? {};
    const settings = training as Readonly<Record<string, unknown>>;
    return { model: this.network as never, options, settings, read: this.#read };
  }

  #asked<Name extends "predict" | "predictEvents" | "look" | "evaluate" | "answers" | "listen">(
    name: Name,
    advice: string,
  ): NonNullable<TaskOfModel[Name]> {
    const found = this.#task[name];
    if (found) return found as NonNullable<TaskOfModel[Name]>;
    throw new UnrolledError("invalid-argument", {
      call: name,
      problem: `task ${this.#task.name} has no ${name}; ${advice}`,
    });
  }
}

async function noFile(name: string): Promise<Uint8Array> {
  throw new UnrolledError(
    "missing-file",
    `${name} is missing, since the model was opened without its folder`,
  );
}
