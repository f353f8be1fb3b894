import { UnrolledError } from "../../errors.ts";
import type { OnnxValue } from "./value.ts";

/** What a run may take unless the caller says otherwise. */
const RUN_BYTES = 2 ** 30;
const RUN_NODES = 1e8;

/**
 * How much memory and work a run of a graph may take, so that a graph that repeats, expands or loops without end gets an error
 * instead of the machine. Bytes are counted as they are made; once the sum reaches the limit, what no frame holds any more is
 * taken off again.
 */
export class Budget {
  readonly maxBytes: number;
  readonly maxNodes: number;
  /** The values that runs in progress hold, outermost first. */
  readonly frames: (OnnxValue | undefined)[][] = [];
  #bytes = 0;
  #nodes = 0;

  constructor(maxBytes: number = RUN_BYTES, maxNodes: number = RUN_NODES) {
    this.maxBytes = maxBytes;
    this.maxNodes = maxNodes;
  }

  /** Begins a run anew. */
  begin(): void {
    this.frames.length = 0;
    this.#bytes = 0;
    this.#nodes = 0;
  }

  /** Counts one more operation. */
  step(): void {
    this.#nodes += 1;
    if (this.#nodes > this.maxNodes) {
      throw new UnrolledError(
        "invalid-argument",
        `the graph runs more than ${this.maxNodes} operations (maxRunNodes)`,
      );
    }
  }

  /** Takes `bytes` for what is about to be made, which is said by `what` if there are too many. */
  take(bytes: number, what: () => string): void {
    if (!this.takes(bytes)) throw this.exceeded(bytes, what());
  }

  /** As `take`; false where there are too many, so that what is made often need not say what it is. */
  takes(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes <= this.maxBytes) return true;
    this.#bytes = this.#held() + bytes;
    return this.#bytes <= this.maxBytes;
  }

  exceeded(bytes: number, what: string): UnrolledError {
    return new UnrolledError(
      "out-of-memory",
      `${what} takes ${bytes} bytes, which makes ${this.#bytes} for this run; no more than ${this.maxBytes} are allowed (maxRunBytes)`,
    );
  }

  #held(): number {
    const buffers = new Set<ArrayBufferLike>();
    for (const frame of this.frames) for (const value of frame) if (value) buffers.add(value.data.buffer);
    let bytes = 0;
    for (const buffer of buffers) bytes += buffer.byteLength;
    return bytes;
  }
}
