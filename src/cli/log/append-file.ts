import { closeSync, fsync, openSync, write } from "node:fs";

/** Bytes that may wait to be written before whoever writes more is asked to wait. */
const MOST_WAITING = 1 << 20;

/**
 * A file that is written at its end in the background, in order. It may be renamed or its folder moved meanwhile. Of what goes wrong
 * the first is told, once, and nothing more is written.
 */
export class AppendFile {
  readonly #file: number;
  readonly #path: string;
  readonly #onFailure: (message: string) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failed = false;

  /** Makes the file if it is not there; throws the system's error if it cannot be written. */
  constructor(path: string, onFailure: (message: string) => void) {
    this.#file = openSync(path, "a");
    this.#path = path;
    this.#onFailure = onFailure;
  }

  /** Takes bytes to be written. Resolves at once, unless much is waiting already: then once that is written. */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failed) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeWaiting();
    if (this.#waitingBytes > MOST_WAITING) await this.#writing;
  }

  /** Resolves when all is on the disk, so that not even a power cut takes it away. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#failed) return;
    await new Promise<void>((resolve) =>
      fsync(this.#file, (error) => {
        if (error) this.#fail(error);
        resolve();
      }),
    );
  }

  /** Resolves when all is written and the file closed. */
  async close(): Promise<void> {
    await this.#writing;
    closeSync(this.#file);
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const bytes = Buffer.concat(this.#waiting);
        this.#waiting = [];
        for (let written = 0; written < bytes.length; )
          written += await writeSome(this.#file, bytes.subarray(written));
        this.#waitingBytes -= bytes.length;
      }
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
    this.#writing = undefined;
  }

  #fail({ code }: NodeJS.ErrnoException): void {
    this.#failed = true;
    this.#waiting = [];
    this.#onFailure(`${this.#path} cannot be written any more (${code})`);
  }
}

function writeSome(file: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    write(file, bytes, (error, written) => (error ? reject(error) : resolve(written))),
  );
}
