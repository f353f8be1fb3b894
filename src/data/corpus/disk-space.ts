import { statfsSync } from "node:fs";
import { UnrolledError } from "../../errors.ts";

/** Bytes that may still be written where a folder is. */
export type FreeBytes = (folder: string) => number;

/** What the file system says. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @throws UnrolledError "disk-full" unless `needed` bytes are free where the folder is */
export function requireRoom(folder: string, needed: number, free: number): void {
  if (needed <= free) return;
  throw new UnrolledError(
    "disk-full",
    `prepareCorpus: ${megabytes(needed)} are needed in the cache ${folder}, ${megabytes(free)} are free; ` +
      "free some, or give --cache a folder on another disk",
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
