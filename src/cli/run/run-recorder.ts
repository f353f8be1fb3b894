import { existsSync } from "node:fs";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { AnyTrainingEvent } from "../../training/events.ts";
import type { RunState } from "../../training/run-state.ts";
import { CommandError } from "../failure.ts";
import { printJson } from "../json-lines.ts";
import { RunLog, readRunLog } from "../log/run-log.ts";
import { TensorBoardLog } from "../log/tensorboard-log.ts";
import { trainingJson } from "../log/training-json.ts";
import type { Numbers } from "../screen/task-words.ts";
import type { TrainingView } from "../screen/training-view.ts";
import { LOG_FILE, type RunFolder } from "./run-folder.ts";
import type { RunPlan } from "./run-plan.ts";

/** The last step that a log tells of; 0 where there is none. */
function lastStepOf(path: string): number {
  let last = 0;
  if (!existsSync(path)) return last;
  for (const { type, step } of readRunLog(path)) if (type === "step") last = Number(step);
  return last;
}

/** Takes the events of a run to where they belong: the folder, the logs, the terminal. */
export class RunRecorder {
  readonly #plan: RunPlan;
  readonly #folder: RunFolder;
  readonly #isJson: boolean;
  readonly #view: TrainingView;
  readonly #task: TaskDescription;
  #log: RunLog | undefined;
  #board: TensorBoardLog | undefined;
  #heldOut: Numbers | null = null;
  #failure: string | undefined;
  /** Where the best model so far is; null before there is one. */
  savedPath: string | null = null;

  constructor(
    plan: RunPlan,
    folder: RunFolder,
    isJson: boolean,
    view: TrainingView,
    task: TaskDescription = LANGUAGE,
  ) {
    this.#plan = plan;
    this.#folder = folder;
    this.#isJson = isJson;
    this.#view = view;
    this.#task = task;
  }

  /** Opens the logs of a new run. */
  open(): void {
    const onFailure = (message: string) => {
      this.#failure ??= `${message}; once it can, --resume ${this.#folder.path} goes on from the last checkpoint`;
    };
    this.#log = RunLog.open(this.#folder.at(LOG_FILE), onFailure);
    const { tensorboard } = this.#plan;
    if (tensorboard !== null) this.#board = TensorBoardLog.open(tensorboard, onFailure, this.#task);
  }

  /**
   * Opens those of a resumed run, which end with what its checkpoint, if any, has behind it, and takes up what they tell. `boardBefore` is where
   * TensorBoard's have been so far.
   */
  reopen(state: RunState | undefined, boardBefore: string | null): void {
    const { step = 0, evaluatedAt = 0, best = null } = state ?? {};
    const path = this.#folder.at(LOG_FILE);
    this.#view.cutOff(lastStepOf(path) - step);
    RunLog.cutBack(path, step, evaluatedAt);
    // In another folder than before there may be what another run has written.
    const { tensorboard } = this.#plan;
    if (tensorboard !== null && tensorboard === boardBefore) TensorBoardLog.cutBack(tensorboard, step);
    this.open();
    this.#view.recall(readRunLog(path));
    for (const record of readRunLog(path)) {
      if (record.type === "eval" && record.step === best?.step) this.#heldOut = record;
    }
    if (this.#folder.hasModel) this.savedPath = this.#folder.path;
  }

  /** Deals with one event; done when what it brought is on the disk. */
  async take(event: AnyTrainingEvent): Promise<void> {
    if (this.#failure !== undefined) throw new CommandError(this.#failure);
    if (event.type === "model") {
      await this.#folder.saveModel(event.files);
      this.savedPath = this.#folder.path;
      await this.#tell({ type: "saved", step: event.step, path: this.#folder.path });
    } else if (event.type === "checkpoint") {
      // So that no step is missing in the logs that the checkpoint has behind it.
      await Promise.all([this.#log?.flush(), this.#board?.flush()]);
      if (this.#failure !== undefined) throw new CommandError(this.#failure);
      await this.#folder.saveCheckpoint(event.step, event.file, this.#plan.keepCheckpoints);
    } else {
      if (event.type === "eval" && event.best) {
        this.#heldOut = event;
        this.#folder.foundBest(event.step);
      }
      await this.#tell(trainingJson(event, this.#heldOut, this.savedPath, this.#task));
      await this.#board?.write(event);
      this.#view.show(event, this.savedPath);
    }
  }

  /** Ends the logs in good order. */
  async close(): Promise<void> {
    await this.#log?.close();
    await this.#board?.close();
  }

  async #tell(record: object): Promise<void> {
    if (this.#isJson) printJson(record);
    await this.#log?.write(record);
  }
}
