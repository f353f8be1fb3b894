import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UnrolledError } from "../../errors.ts";
import { manyAtOnce } from "./many-at-once.ts";
import type { TextSource } from "./text-source.ts";

/** What changes when a file's content does, as a rule, and can be asked for without reading it. Nanoseconds as decimal digits. */
export interface FileStamp {
  readonly path: string;
  readonly device: string;
  readonly inode: string;
  readonly bytes: string;
  readonly modifiedNs: string;
  /** When content or attributes changed last. Unlike the date of modification, programs cannot set it. */
  readonly changedNs: string;
}

// Clocks of file systems tick in steps of up to two seconds: a change within the tick would leave the stamp as it was.
const TICK_MS = 2000;

/** The stamps of the files, in their order. */
export async function fileStamps(sources: readonly TextSource[]): Promise<FileStamp[]> {
  return manyAtOnce(sources, async ({ path }) => {
    const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      const code = error.code === "ENOENT" ? "missing-file" : "invalid-file";
      throw new UnrolledError(code, {
        call: "prepareCorpus",
        problem: `${path} cannot be read: ${error.message}`,
      });
    });
    return {
      path: resolve(path),
      device: String(found.dev),
      inode: String(found.ino),
      bytes: String(found.size),
      modifiedNs: String(found.mtimeNs),
      changedNs: String(found.ctimeNs),
    };
  });
}

/** Whether files with these stamps, read from `readMs` on, could not have changed since without another stamp. */
export function areSettled(stamps: readonly FileStamp[], readMs: number): boolean {
  return stamps.every(
    ({ modifiedNs, changedNs }) => Math.max(Number(modifiedNs), Number(changedNs)) / 1e6 + TICK_MS < readMs,
  );
}

/** The first file whose stamp is another one now. */
export function firstChanged(before: readonly FileStamp[], now: readonly FileStamp[]): FileStamp | undefined {
  return before.find((stamp, index) => JSON.stringify(stamp) !== JSON.stringify(now[index]));
}
