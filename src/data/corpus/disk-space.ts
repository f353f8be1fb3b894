import { statfsSync } from "node:fs";
import { naming, UnrolledError } from "../../errors.ts";

/** Bytes that may still be written where a folder is. */
export type FreeBytes = (folder: string) => number;

/** What the file system says. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Throws unless so many bytes are free. */
export type RequireRoom = (neededBytes: number) => void;

/** @throws UnrolledError "disk-full", from what it returns */
export function roomIn(cacheFolder: string, free: FreeBytes): RequireRoom {
  return (neededBytes) => {
    const found = free(cacheFolder);
    if (neededBytes <= found) return;
    throw new UnrolledError("disk-full", {
      call: "prepareCorpus",
      problem: `${megabytes(neededBytes)} are needed in the cache ${cacheFolder}, ${megabytes(found)} are free`,
      advice: naming`free some, or give ${{ option: "cacheFolder" }} a folder on another disk`,
    });
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
