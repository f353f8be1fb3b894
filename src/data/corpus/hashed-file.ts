import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { naming, UnrolledError } from "../../errors.ts";
import { sourceBytes } from "./source-bytes.ts";

/** What a file must still be. */
export interface FileCheck {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Writes a new file from front to back and hashes what it writes. */
export class HashedFile {
  readonly path: string;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, "wx");
  }

  /** @throws UnrolledError "disk-full" */
  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    try {
      for (let written = 0; written < bytes.length; )
        written += writeSync(this.#file, bytes, written, bytes.length - written);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? full(this.path) : error;
    }
  }

  /** Waits until the file is on the disk, and closes it. */
  finish(): FileCheck {
    fsyncSync(this.#file);
    closeSync(this.#file);
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Closes the file as it is. */
  abandon(): void {
    closeSync(this.#file);
  }
}

/** Whether a file is what was written. */
export async function isIntact(path: string, { bytes, sha256 }: FileCheck): Promise<boolean> {
  const hash = createHash("sha256");
  let length = 0;
  try {
    for await (const chunk of sourceBytes({ path, file: path, isCompressed: false }, 1 << 20)) {
      hash.update(chunk);
      length += chunk.length;
    }
  } catch (error) {
    if (error instanceof UnrolledError) return false;
    throw error;
  }
  return length === bytes && hash.digest("hex") === sha256;
}

function full(path: string): UnrolledError {
  return new UnrolledError("disk-full", {
    call: "prepareCorpus",
    problem: `the disk is full at ${path}`,
    advice: naming`free some, or give ${{ option: "cacheFolder" }} a folder on another disk`,
  });
}
