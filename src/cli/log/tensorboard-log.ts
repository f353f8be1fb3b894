import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  lengthUpTo,
  type SummaryValues,
  sessionRecord,
  summaryRecord,
  versionRecord,
} from "../../formats/tensorboard.ts";
import { snakeCaseKeys } from "../../models/json-file.ts";
import { readRegularSync } from "../../platform/node-files.ts";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { AnyTrainingEvent, TrainingEvent } from "../../training/events.ts";
import { CommandError } from "../failure.ts";
import { figuresIn } from "../screen/task-words.ts";
import { AppendFile } from "./append-file.ts";

const OUR_FILES = /^events\.out\.tfevents\.(\d+)\..*\.unrolled$/;

/** What TensorBoard shows of a run: event files in a folder, one for each time that the run was started or resumed. */
export class TensorBoardLog {
  readonly #file: AppendFile;
  readonly #task: TaskDescription;
  #hasStarted = false;

  /**
   * Makes the folder, and a file of its own in it. Throws a CommandError if it cannot be written; `onFailure` is told, once, if
   * that becomes so later.
   */
  static open(
    folder: string,
    onFailure: (message: string) => void,
    task: TaskDescription = LANGUAGE,
  ): TensorBoardLog {
    try {
      return new TensorBoardLog(openFile(folder, onFailure), task);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reason =
        code === "EEXIST" || code === "ENOTDIR"
          ? "is a file, needed a folder"
          : `cannot be written (${code})`;
      throw new CommandError(`${folder} ${reason}; give --tensorboard another folder`);
    }
  }

  /**
   * Makes the files in a folder end with what was written up to `step`, for a run that is resumed from there; also drops a record
   * that a kill left half written. Files of other programs are left alone.
   */
  static cutBack(folder: string, step: number): void {
    for (const name of ourFiles(folder)) {
      const path = join(folder, name);
      const kept = lengthUpTo(readRegularSync(path), step);
      const file = openSync(path, "r+");
      try {
        ftruncateSync(file, kept);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
  }

  private constructor(file: AppendFile, task: TaskDescription) {
    this.#file = file;
    this.#task = task;
    void file.append(versionRecord(nowSeconds()));
  }

  /** Writes what an event tells, in the background. Await it: it resolves at once, unless the disk is far behind. */
  async write(event: Exclude<AnyTrainingEvent | TrainingEvent, { type: "model" }>): Promise<void> {
    const step = "step" in event ? Number(event.step) : 0;
    const values = valuesOf(event, this.#task);
    if (!values) return;
    if (!this.#hasStarted && event.type !== "start") {
      this.#hasStarted = true;
      if (step > 1) await this.#file.append(sessionRecord(nowSeconds(), step));
    }
    await this.#file.append(summaryRecord(nowSeconds(), step, values));
  }

  /** Resolves when all is on the disk. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function openFile(folder: string, onFailure: (message: string) => void): AppendFile {
  mkdirSync(folder, { recursive: true });
  // A reader takes the files in the order of their names: a later one must not come before an earlier.
  const last = Math.max(0, ...ourFiles(folder).map((name) => Number(OUR_FILES.exec(name)?.[1])));
  const seconds = String(Math.max(Math.floor(nowSeconds()), last + 1)).padStart(10, "0");
  const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.unrolled`;
  return new AppendFile(join(folder, name), onFailure);
}

function valuesOf(
  event: Exclude<AnyTrainingEvent | TrainingEvent, { type: "model" }>,
  task: TaskDescription,
): SummaryValues | undefined {
  switch (event.type) {
    case "start":
      return { texts: { settings: literal(JSON.stringify(event.settings, null, 2)) } };
    case "step": {
      const pace = Number({ ...event }[`${task.units}PerSecond` as "step"]);
      return {
        scalars: {
          "loss/train": Number({ ...event }[task.loss as "step"]),
          learning_rate: event.learningRate,
          gradient_norm: event.gradientNorm,
          ...(pace > 0 ? { [`${task.units}_per_second`]: pace } : {}),
        },
      };
    }
    case "eval": {
      const { [task.loss]: loss, ...others } = figuresIn({ ...event }, task.figures);
      const named = { ...(loss === undefined ? {} : { "loss/validation": loss }), ...snakeCaseKeys(others) };
      const scalars = Object.entries(named).filter(([, value]) => typeof value === "number");
      return { scalars: Object.fromEntries(scalars) as Record<string, number> };
    }
    case "sample":
      return { texts: { sample: literal(event.text) } };
    case "note":
      return { texts: { note: literal(event.text) } };
    case "end":
      return undefined;
  }
}

/** Markdown that shows a text as it is, whatever it holds: four spaces before each line make a block of code. */
function literal(text: string): string {
  return text.replace(/^/gm, "    ");
}

function ourFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => OUR_FILES.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function nowSeconds(): number {
  return Date.now() / 1000;
}
