// A run is a folder:
//   run.json        what was asked for, resolved; settings.yaml the same as --config takes it
//   checkpoints/    step-000000500.safetensors, …: the last few, and the one with the best model
//   log.jsonl, report.html
// and the files of the best model. Every file is written whole or not at all.
import { existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import * as promises from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UnrolledError } from "../../errors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { Checkpoint } from "../../training/checkpoint.ts";
import { decodeCheckpoint } from "../../training/decode-checkpoint.ts";
import { CommandError, describeFailure, whyNotWritten } from "../failure.ts";
import { MODEL_FILES } from "../model-folder.ts";
import {
  flushFolder,
  UNFINISHED,
  type WritingFileSystem,
  writeAtomically,
  writeTogether,
} from "./atomic-write.ts";
import { readWhole } from "./read-whole.ts";
import { isRunning } from "./run-lock.ts";

export const RUN_FILE = "run.json";
export const LOG_FILE = "log.jsonl";
export const REPORT_FILE = "report.html";
export const LOCK_FILE = "run.lock";
const CHECKPOINTS = "checkpoints";
const CHECKPOINT_NAME = /^step-(\d+)\.safetensors$/;
/** What belongs to a run, beside its model. */
const RUN_FILES = [RUN_FILE, "settings.yaml", LOG_FILE, REPORT_FILE];

/** A checkpoint that is whole, and its bytes. */
export interface FoundCheckpoint {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly state: Checkpoint["state"];
}

/** The folder of a run. */
export class RunFolder {
  /** As the user wrote it. */
  readonly path: string;
  readonly #place: string;
  readonly #fs: WritingFileSystem;
  /** Whether the files of a model of another run are still there. */
  #hasOldModel = false;
  #bestStep: number | undefined;
  /** Of the newest checkpoint that is known to be whole. */
  #savedStep: number | undefined;

  constructor(path: string, place: string, fs: WritingFileSystem = promises) {
    this.path = path;
    this.#place = place;
    this.#fs = fs;
  }

  /** For a new run: throws if the folder is there and must not be replaced, or if it could not be written. Nothing is left behind. */
  static forNew(path: string, force: boolean): RunFolder {
    const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (exists && !existsSync(path)) {
      throw new CommandError(`${path} is a link to nowhere; give --out another name`);
    }
    if (exists && !statSync(path).isDirectory()) {
      throw new CommandError(`${path} is a file, needed a folder to write; give --out another name`);
    }
    if (exists && !force) {
      const goOn = existsSync(join(path, RUN_FILE)) ? `, --resume ${path} to go on with the run there,` : ",";
      throw new CommandError(`${path} exists; give --out another name${goOn} or --force to replace it`);
    }
    if (exists) requireOwnFolder(path);
    const place = exists ? realpathSync(path) : resolve(path);
    requireWritable(path, exists ? place : dirname(place));
    return new RunFolder(path, place);
  }

  /** For a run that is there. */
  static forResume(path: string): RunFolder {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw new CommandError(`${path} does not exist, needed the folder of a run`);
    if (!found.isDirectory() || !existsSync(join(path, RUN_FILE))) {
      throw new CommandError(`${path} has no ${RUN_FILE}, so there is no run to go on with`);
    }
    const folder = new RunFolder(path, realpathSync(path));
    folder.#hasOldModel = existsSync(folder.at("config.json"));
    return folder;
  }

  /** A file's place in the folder. */
  at(...names: readonly string[]): string {
    return join(this.#place, ...names);
  }

  get exists(): boolean {
    return existsSync(this.#place);
  }

  /** Whether there is a model of this run. */
  get hasModel(): boolean {
    return !this.#hasOldModel && existsSync(this.at("config.json"));
  }

  /** Begins a run: what is left of another one goes, but for its model, which stays until there is a better one. */
  async begin(files: Readonly<Record<string, string>>): Promise<void> {
    try {
      await (this.exists ? this.#beginAnew(files) : this.#make(files));
    } catch (error) {
      const reason = whyNotWritten(error);
      if (reason === undefined) throw error;
      throw new CommandError(`${this.path} cannot be made: ${reason}; nothing was learned yet`);
    }
  }

  async #beginAnew(files: Readonly<Record<string, string>>): Promise<void> {
    for (const name of [CHECKPOINTS, ...RUN_FILES]) rmSync(this.at(name), { recursive: true, force: true });
    this.#hasOldModel = existsSync(this.at("config.json"));
    for (const [name, content] of Object.entries(files)) {
      await writeAtomically(this.at(name), content, this.#fs);
    }
  }

  async #make(files: Readonly<Record<string, string>>): Promise<void> {
    const parent = dirname(this.#place);
    await this.#fs.mkdir(parent, { recursive: true });
    // Under another name first, so that a folder with this name always has its run.json.
    const beginning = join(parent, `.${basename(this.#place)}-${process.pid}${UNFINISHED}`);
    await this.#removeBegun(parent);
    try {
      await this.#fs.mkdir(beginning);
      for (const [name, content] of Object.entries(files)) {
        await writeAtomically(join(beginning, name), content, this.#fs);
      }
      if (existsSync(this.#place)) {
        throw new CommandError(`${this.path} has appeared since training began; it is left as it is`);
      }
      await this.#fs.rename(beginning, this.#place);
      await flushFolder(parent, this.#fs);
    } finally {
      await this.#fs.rm(beginning, { recursive: true, force: true }).catch(() => {});
    }
  }

  /** Removes what processes that were killed while they began this run have left beside it. */
  async #removeBegun(parent: string): Promise<void> {
    // A folder that can be written need not be one that can be listed.
    const names = await this.#fs.readdir(parent).catch(() => []);
    for (const name of names) {
      const [start, end] = [`.${basename(this.#place)}-`, UNFINISHED];
      if (!name.startsWith(start) || !name.endsWith(end)) continue;
      const pid = Number(name.slice(start.length, -end.length));
      if (pid === process.pid || !isRunning(pid))
        await this.#fs.rm(join(parent, name), { recursive: true, force: true });
    }
  }

  /** Writes a file whole or not at all. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await this.#told(name, () => writeAtomically(this.at(name), content, this.#fs));
  }

  /**
   * Makes the folder hold this model. One that is there is left as it is until all of the new one is on the disk; the configuration
   * then comes last and, where the model is another, goes first: half a model is none.
   */
  async saveModel(files: ModelFiles): Promise<void> {
    const { "config.json": config, ...others } = files;
    const together = Object.entries({ ...others, "config.json": config }).map(([name, content]) => ({
      path: this.at(name),
      content,
    }));
    const removeOld = async () => {
      if (this.#hasOldModel) await this.#fs.rm(this.at("config.json"), { force: true });
      this.#hasOldModel = false;
    };
    await this.#told("model.safetensors", () => writeTogether(together, this.#fs, removeOld));
  }

  /** Says at which step the best model so far was found, whose first checkpoint is to be kept. */
  foundBest(step: number): void {
    this.#bestStep = step;
  }

  /** Adds a checkpoint, then removes those that are not among the last `keep` and do not have the best model first. */
  async saveCheckpoint(step: number, bytes: Uint8Array, keep: number): Promise<void> {
    await this.#told(CHECKPOINTS, async () => {
      if (existsSync(this.at(CHECKPOINTS))) return;
      await this.#fs.mkdir(this.at(CHECKPOINTS));
      await flushFolder(this.#place, this.#fs);
    });
    await this.write(join(CHECKPOINTS, `step-${String(step).padStart(9, "0")}.safetensors`), bytes);
    this.#savedStep = step;
    const names = await this.#checkpointNames();
    const best = names.find((name) => stepOf(name) >= (this.#bestStep ?? Number.POSITIVE_INFINITY));
    for (const name of names.slice(0, -keep)) {
      if (name !== best) await this.#fs.rm(this.at(CHECKPOINTS, name), { force: true });
    }
  }

  /** The newest whole checkpoint; each damaged one that is newer is told about. */
  async newestCheckpoint(onDamaged: (message: string) => void): Promise<FoundCheckpoint | undefined> {
    for (const name of (await this.#checkpointNames()).reverse()) {
      const path = join(CHECKPOINTS, name);
      try {
        const bytes = await readWhole(this.at(path));
        const { state } = await decodeCheckpoint(bytes);
        this.#bestStep = state.best?.step;
        this.#savedStep = state.step;
        if (state.best) this.#hasOldModel = false;
        return { name: path, bytes, state };
      } catch (error) {
        // What only cannot be read, by its permissions for instance, may be whole.
        if (!(error instanceof UnrolledError)) throw error;
        onDamaged(`${join(this.path, path)} is damaged and left aside (${describeFailure(error).line})`);
      }
    }
    return undefined;
  }

  /** Removes checkpoints of later steps, which the run will make anew, and what a kill has left unfinished. */
  async cutBack(step: number): Promise<void> {
    for (const name of await this.#checkpointNames()) {
      if (stepOf(name) > step) await this.#fs.rm(this.at(CHECKPOINTS, name), { force: true });
    }
    for (const folder of [this.#place, this.at(CHECKPOINTS)]) {
      const names = existsSync(folder) ? await this.#fs.readdir(folder) : [];
      for (const name of names.filter((each) => each.endsWith(UNFINISHED))) {
        await this.#fs.rm(join(folder, name), { force: true });
      }
    }
  }

  /** Has an error say which of the run's files could not be written, and how to go on. */
  async #told(name: string, body: () => Promise<unknown>): Promise<void> {
    try {
      await body();
    } catch (error) {
      const reason = whyNotWritten(error);
      if (reason === undefined) throw error;
      const from = this.#savedStep === undefined ? "its start" : `step ${this.#savedStep}`;
      throw new CommandError(
        `${join(this.path, name)} cannot be written: ${reason}; once it can, --resume ${this.path} goes on from ${from}`,
      );
    }
  }

  /** From the first to the last. */
  async #checkpointNames(): Promise<string[]> {
    if (!existsSync(this.at(CHECKPOINTS))) return [];
    const names = await this.#fs.readdir(this.at(CHECKPOINTS));
    return names
      .filter((name) => CHECKPOINT_NAME.test(name))
      .sort((left, right) => stepOf(left) - stepOf(right));
  }
}

function stepOf(name: string): number {
  return Number(CHECKPOINT_NAME.exec(name)![1]);
}

/** `--force` is for replacing a model or a run, not for whatever else a mistyped name may hit. */
function requireOwnFolder(path: string): void {
  const names = readdirSync(path);
  if (names.length > 0 && !names.some((name) => MODEL_FILES.includes(name) || name === RUN_FILE)) {
    const problem = `${path} holds ${names[0]} and no model, so --force does not replace it`;
    throw new CommandError(`${problem}; give --out another name`);
  }
}

/** Tries it: permissions, read-only file systems and quotas have too many forms to be asked for one by one. */
function requireWritable(path: string, parent: string): void {
  let folder = parent;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    rmSync(mkdtempSync(join(folder, ".unrolled-")), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOTDIR" ? "is a file, needed a folder" : `cannot be written (${code})`;
    throw new CommandError(`${path} cannot be made: ${folder} ${reason}; give --out another name`);
  }
}
