import * as promises from "node:fs/promises";
import { dirname } from "node:path";

/** What writing needs of the file system, so that tests can make each call fail. */
export type WritingFileSystem = Pick<typeof promises, "open" | "rename" | "rm" | "mkdir" | "readdir">;

/** Ends the names of files that are being written. */
export const UNFINISHED = ".unfinished";

/**
 * Makes a file hold exactly `content`, or leaves it as it was: writes under another name, flushes, takes the name, and flushes
 * the folder, so that not even a power cut leaves half a file. Throws the system's error.
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | string,
  fs: WritingFileSystem = promises,
): Promise<void> {
  await writeTogether([{ path, content }], fs);
}

/**
 * The same for files of one folder that belong together: none takes its name before all are on the disk, so that a full disk leaves
 * all as they were. They then take their names one by one, after `ready`, if given.
 */
export async function writeTogether(
  files: readonly { readonly path: string; readonly content: Uint8Array | string }[],
  fs: WritingFileSystem = promises,
  ready: () => Promise<void> = async () => {},
): Promise<void> {
  try {
    for (const { path, content } of files) await writeUnfinished(path, content, fs);
    await ready();
    for (const { path } of files) await fs.rename(path + UNFINISHED, path);
  } catch (error) {
    for (const { path } of files) await fs.rm(path + UNFINISHED, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(files[0].path), fs);
}

async function writeUnfinished(
  path: string,
  content: Uint8Array | string,
  fs: WritingFileSystem,
): Promise<void> {
  const file = await fs.open(path + UNFINISHED, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has the names in a folder reach the disk. Throws the system's error. */
export async function flushFolder(path: string, fs: WritingFileSystem): Promise<void> {
  // Windows cannot open folders, and has no need to.
  if (process.platform === "win32") return;
  const folder = await fs.open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
