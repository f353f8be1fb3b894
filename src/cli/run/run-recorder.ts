import type { TrainingEvent } from "../../training/events.ts";
import { CommandError } from "../failure.ts";
import { printJson } from "../json-lines.ts";
import { RunLog } from "../run-log.ts";
import { TensorBoardLog } from "../tensorboard-log.ts";
import { trainingJson } from "../training-json.ts";
import type { TrainingView } from "../training-view.ts";
import { LOG_FILE, type RunFolder } from "./run-folder.ts";
import type { RunPlan } from "./run-plan.ts";

/** Takes the events of a run to where they belong: the folder, the logs, the terminal. */
export class RunRecorder {
  readonly #plan: RunPlan;
  readonly #folder: RunFolder;
  readonly #isJson: boolean;
  readonly #view: TrainingView;
  #log: RunLog | undefined;
  #board: TensorBoardLog | undefined;
  #heldOut: Extract<TrainingEvent, { type: "eval" }> | null = null;
  #failure: string | undefined;
  /** Where the best model so far is; null before there is one. */
  savedPath: string | null = null;

  constructor(plan: RunPlan, folder: RunFolder, isJson: boolean, view: TrainingView) {
    this.#plan = plan;
    this.#folder = folder;
    this.#isJson = isJson;
    this.#view = view;
  }

  /** Opens the logs; those of a resumed run end with the step that it goes on after. */
  async open(resumedAt: number | undefined): Promise<void> {
    const path = this.#folder.at(LOG_FILE);
    const onFailure = (message: string) => {
      this.#failure ??= message;
    };
    if (resumedAt !== undefined) RunLog.cutBack(path, resumedAt);
    this.#log = RunLog.open(path, onFailure);
    const { tensorboard } = this.#plan;
    if (tensorboard === null) return;
    if (resumedAt !== undefined) TensorBoardLog.cutBack(tensorboard, resumedAt);
    this.#board = TensorBoardLog.open(tensorboard, onFailure);
  }

  /** Deals with one event; done when what it brought is on the disk. */
  async take(event: TrainingEvent): Promise<void> {
    if (this.#failure !== undefined) throw new CommandError(this.#failure);
    if (event.type === "model") {
      await this.#folder.saveModel(event.files);
      this.savedPath = this.#folder.path;
      await this.#tell({ type: "saved", step: event.step, path: this.#folder.path });
    } else if (event.type === "checkpoint") {
      await this.#folder.saveCheckpoint(event.step, event.file, this.#plan.keepCheckpoints);
    } else {
      if (event.type === "eval" && event.best) {
        this.#heldOut = event;
        this.#folder.foundBest(event.step);
      }
      await this.#tell(trainingJson(event, this.#heldOut, this.savedPath));
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
