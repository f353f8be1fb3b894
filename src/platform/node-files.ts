// Files as everything here reads them: regular ones alone, since a pipe may never end and a device never does; and, of a folder that
// somebody else has made, those that really lie in it.
import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { UnrolledError } from "../errors.ts";

/** Standard input, or another stream that the process was started with, by its name in the file system. */
const OWN_STREAM = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** Whether a path names a stream that the process was started with. */
export function isOwnStream(path: string): boolean {
  return OWN_STREAM.test(path);
}

/** What a path leads to that is neither a file nor a folder, in words. */
export function kindOfSpecial(found: Pick<Stats, "isFIFO" | "isSocket">): string {
  return found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";
}

/**
 * An error unless a path is a regular file, or a stream that the process was started with.
 *
 * @throws UnrolledError "invalid-file" for a pipe, a device or a socket; the system's error for a folder or nothing at all
 */
export function requireRegular(path: string): void {
  const found = statSync(path);
  if (found.isFile() || found.isDirectory() || isOwnStream(path)) return;
  throw new UnrolledError("invalid-file", `${path} is ${kindOfSpecial(found)}, needed a regular file`);
}

/** The bytes of a regular file. Throws as `requireRegular` does. */
export async function readRegular(path: string): Promise<Uint8Array> {
  requireRegular(path);
  return await readFile(path);
}

/** The same at once. */
export function readRegularSync(path: string): Uint8Array {
  requireRegular(path);
  return readFileSync(path);
}

/** The same as a text in UTF-8. */
export function readRegularText(path: string): string {
  requireRegular(path);
  return readFileSync(path, "utf8");
}

/**
 * Where a file of a folder is.
 *
 * @throws UnrolledError "invalid-file" for a name, or a symbolic link, that leads out of the folder; the system's error for nothing at all
 */
export function placeInFolder(folder: string, name: string): string {
  const path = join(folder, name);
  const root = realpathSync(folder);
  const below = root.endsWith(sep) ? root : root + sep;
  if (realpathSync(path).startsWith(below)) return path;
  throw new UnrolledError("invalid-file", `${path} leads out of its folder, needed a file in it`);
}
