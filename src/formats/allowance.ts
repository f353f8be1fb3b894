import { UnrolledError } from "../errors.ts";

/** Bytes that reading may take for each byte of a file, unless the caller says how many. */
const TIMES_THE_FILE = 4;
/** What even the smallest file may take. */
const LEAST_BYTES = 1 << 20;

/**
 * How many bytes may yet be made from a file. Whoever is about to allocate what a file declares takes it from here first, so that
 * a small file cannot ask for a large memory.
 */
export class Allowance {
  readonly call: string;
  readonly maxBytes: number;
  #taken = 0;

  /** `maxBytes`: a few times the file's length unless given. */
  constructor(call: string, fileBytes: number, maxBytes?: number) {
    this.call = call;
    this.maxBytes = maxBytes ?? Math.max(LEAST_BYTES, TIMES_THE_FILE * fileBytes);
    if (!(this.maxBytes > 0)) {
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "maxBytes",
        got: `${maxBytes}`,
        needed: "a positive number",
      });
    }
  }

  /** Takes `bytes` for `what`, or throws `UnrolledError` "invalid-file". */
  take(bytes: number, what: string): void {
    if (!(bytes >= 0 && this.#taken + bytes <= this.maxBytes)) {
      throw new UnrolledError("invalid-file", {
        call: this.call,
        problem: `${what} takes ${bytes} bytes, which makes ${this.#taken + bytes}; no more than ${this.maxBytes} are allowed for this file (maxBytes)`,
      });
    }
    this.#taken += bytes;
  }
}
