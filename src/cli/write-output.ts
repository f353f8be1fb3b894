import { existsSync, lstatSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ModelFiles } from "../models/model-files.ts";
import { CommandError } from "./failure.ts";
import { UNFINISHED, writeAtomically, writeTogether } from "./run/atomic-write.ts";

/** Throws if what is to be written would replace something unasked, or something else than is to be there. */
export function requireFree(path: string, kind: "file" | "folder", force: boolean): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    const parent = dirname(resolve(path));
    if (!existsSync(parent)) throw new CommandError(`${path}: the folder ${parent} does not exist`);
    return;
  }
  if (!existsSync(path)) throw new CommandError(`${path} is a link to nowhere; give another name`);
  const isFolder = statSync(path).isDirectory();
  if (isFolder !== (kind === "folder"))
    throw new CommandError(`${path} is a ${isFolder ? "folder" : "file"}, needed a ${kind} to write`);
  if (!force) throw new CommandError(`${path} exists; give another name, or --force to replace it`);
  if (isFolder && !existsSync(join(path, "config.json")) && readdirSync(path).length > 0)
    throw new CommandError(`${path} is a folder without a model; it is not replaced`);
}

/** Writes a file, or a folder with its files, whole or not at all. */
export async function writeOutput(path: string, content: Uint8Array | ModelFiles): Promise<void> {
  if (content instanceof Uint8Array) {
    const place = existsSync(path) ? realpathSync(path) : path;
    return writeAtomically(place, content);
  }
  if (existsSync(path)) return writeTogether(filesIn(realpathSync(path), content));
  const place = resolve(path);
  const beginning = join(dirname(place), `.${basename(place)}-${process.pid}${UNFINISHED}`);
  try {
    await mkdir(beginning);
    await writeTogether(filesIn(beginning, content));
    await rename(beginning, place);
  } finally {
    rmSync(beginning, { recursive: true, force: true });
  }
}

/** The configuration comes last: without it, a folder is no model. */
function filesIn(folder: string, { "config.json": config, ...others }: ModelFiles) {
  return Object.entries({ ...others, "config.json": config }).map(([name, content]) => ({
    path: join(folder, name),
    content,
  }));
}
