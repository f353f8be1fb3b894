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
  const unfinished = path + UNFINISHED;
  try {
    const file = await fs.open(unfinished, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(unfinished, path);
  } catch (error) {
    await fs.rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(path), fs);
}

/** Has a rename in a folder reach the disk. */
async function flushFolder(path: string, fs: WritingFileSystem): Promise<void> {
  // Windows cannot open folders, and has no need to.
  if (process.platform === "win32") return;
  const folder = await fs.open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
