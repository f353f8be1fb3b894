import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ModelFiles } from "../models/folder.ts";
import { CommandError } from "./failure.ts";
import { MODEL_FILES } from "./model-folder.ts";

/**
 * Where a trained model goes. `open` finds out before training whether it can be written; `save` puts a whole model there or
 * leaves everything as it was: the files are written into a folder beside, which then takes the name.
 */
export class OutputFolder {
  /** As the user wrote it. */
  readonly path: string;
  readonly #place: string;
  readonly #temporary: string;
  readonly #replaced: string;
  #mayReplace: boolean;

  /** Throws if the folder is there and must not be replaced, or if it could not be written. Nothing is left behind. */
  static open(path: string, force: boolean): OutputFolder {
    const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (exists && !existsSync(path)) {
      throw new CommandError(`${path} is a link to nowhere; give --out another name`);
    }
    if (exists && !statSync(path).isDirectory()) {
      throw new CommandError(`${path} is a file, needed a folder to write; give --out another name`);
    }
    if (exists && !force) {
      throw new CommandError(`${path} exists; give --out another name, or --force to replace it`);
    }
    if (exists) requireModelFolder(path);
    const place = exists ? realpathSync(path) : resolve(path);
    requireWritable(path, dirname(place));
    return new OutputFolder(path, place, force);
  }

  private constructor(path: string, place: string, mayReplace: boolean) {
    this.path = path;
    this.#place = place;
    this.#temporary = join(dirname(place), `.${basename(place)}.saving-${process.pid}`);
    this.#replaced = join(dirname(place), `.${basename(place)}.replaced-${process.pid}`);
    this.#mayReplace = mayReplace;
  }

  /** Makes the folder hold exactly these files. Throws the system's error and changes nothing if it cannot. */
  save(files: ModelFiles): void {
    try {
      rmSync(this.#temporary, { recursive: true, force: true });
      mkdirSync(this.#temporary, { recursive: true });
      for (const [name, content] of Object.entries(files)) writeWhole(join(this.#temporary, name), content);
      this.#takeName(Object.keys(files));
    } catch (error) {
      this.discard();
      throw error;
    }
    this.#mayReplace = true;
  }

  /** Removes what an interrupted `save` may have left. */
  discard(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  #takeName(names: readonly string[]): void {
    if (!existsSync(this.#place)) {
      renameSync(this.#temporary, this.#place);
      return;
    }
    if (!this.#mayReplace) {
      throw new CommandError(`${this.path} has appeared since training began; it is left as it is`);
    }
    renameSync(this.#place, this.#replaced);
    try {
      renameSync(this.#temporary, this.#place);
    } catch (error) {
      renameSync(this.#replaced, this.#place);
      throw error;
    }
    // Whatever somebody else put there while training went on stays theirs.
    for (const name of readdirSync(this.#replaced)) {
      if (!names.includes(name)) renameSync(join(this.#replaced, name), join(this.#place, name));
    }
    rmSync(this.#replaced, { recursive: true, force: true });
  }
}

/** `--force` is for replacing a model, not for whatever else a mistyped name may hit. */
function requireModelFolder(path: string): void {
  const names = readdirSync(path);
  if (names.length > 0 && !names.some((name) => MODEL_FILES.includes(name))) {
    const problem = `${path} holds ${names[0]} and no model, so --force does not replace it`;
    throw new CommandError(`${problem}; give --out another name`);
  }
  const place = realpathSync(path);
  if (statSync(place).dev !== statSync(dirname(place)).dev) {
    throw new CommandError(
      `${path} is where a file system is mounted, which cannot be replaced; give --out a folder inside it`,
    );
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

function writeWhole(path: string, content: Uint8Array): void {
  const file = openSync(path, "wx");
  try {
    for (let written = 0; written < content.length; ) written += writeSync(file, content, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
