import { UnrolledError } from "../../errors.ts";
import type { OnnxValue } from "./value.ts";

/** What a run of a graph may take. A graph that repeats, expands or loops without end gets an error instead of the machine. */
export interface RunLimits {
  /** Bytes that a run may hold at once; 1 GiB if not given. */
  readonly maxRunBytes?: number;
  /** Operations that a run may take, loops counted out; 10⁸ if not given. */
  readonly maxRunNodes?: number;
  /**
   * Work that a run may take, in multiplications with addition on the engine; whatever else is done counts as many of them as take
   * about as long. 10¹¹ if not given, which are some seconds.
   */
  readonly maxWork?: number;
}

const RUN_BYTES = 2 ** 30;
const RUN_NODES = 1e8;
const RUN_WORK = 1e11;

/** An entry that a plain loop reads or writes, which may be far from any cache, in multiply-adds of the engine. */
const ENTRY_WORK = 128;
/** A multiplication with addition in a plain loop. */
const PLAIN_WORK = 64;
/** An operation by itself, its kernel's call, its value and its place in a frame. */
const OPERATION_WORK = 10_000;
/** An entry that is copied to the engine or back. */
const COPY_WORK = 4;

/** A byte of memory that the machine has to find anew, as it does for large values, and from how many bytes on it does. */
const FRESH_WORK = 32;
const FRESH_BYTES = 2 ** 25;

/** What a value takes beside its entries. */
export const OBJECT_BYTES = 1024;

/**
 * How much memory and work a run of a graph has taken. Both are counted before anything is made or done, and never timed, so that the
 * same graph on the same inputs is always refused at the same place. Bytes are counted as they are made; once the sum reaches the
 * limit, what no frame holds any more is taken off again.
 */
export class Budget {
  readonly #maxBytes: number;
  readonly #maxNodes: number;
  readonly #maxWork: number;
  /** The values that runs in progress hold, outermost first. */
  readonly frames: (readonly (OnnxValue | undefined)[])[] = [];
  #bytes = 0;
  #keptBytes = 0;
  /** Taken by the operation in progress, whose values stand in no frame yet. */
  #newBytes = 0;
  #nodes = 0;
  #work = 0;

  constructor(limits: RunLimits = {}) {
    const { maxRunBytes = RUN_BYTES, maxRunNodes = RUN_NODES, maxWork = RUN_WORK } = limits;
    this.#maxBytes = maxRunBytes;
    this.#maxNodes = maxRunNodes;
    this.#maxWork = maxWork;
  }

  /** Counts one more operation, which reads and gives so many values. */
  step(values = 0): void {
    this.#newBytes = 0;
    this.#nodes += 1;
    if (this.#nodes > this.#maxNodes) {
      throw new UnrolledError(
        "invalid-argument",
        `the graph runs more than ${this.#maxNodes} operations (maxRunNodes)`,
      );
    }
    this.work(OPERATION_WORK + ENTRY_WORK * values);
  }

  /** Counts `calls` of the engine that make so many multiplications with addition together. */
  multiply(calls: number, multiplyAdds: number): void {
    this.work(OPERATION_WORK * calls + multiplyAdds);
  }

  /** Counts multiplications with addition that plain loops are about to make. */
  multiplyPlainly(multiplyAdds: number): void {
    this.work(PLAIN_WORK * multiplyAdds);
  }

  /** Counts entries that a plain loop is about to read or write. */
  entries(count: number): void {
    this.work(ENTRY_WORK * count);
  }

  /** Counts entries that are about to be copied to the engine or back. */
  copies(count: number): void {
    this.work(COPY_WORK * count);
  }

  /** Takes `bytes` for what is about to be made, which is said by `what` if there are too many. */
  take(bytes: number, what: () => string): void {
    if (!this.takes(bytes)) throw this.exceeded(bytes, what());
  }

  /** As `take`; false where there are too many, so that what is made often need not say what it is. */
  takes(bytes: number): boolean {
    this.#bytes += bytes;
    this.#newBytes += bytes;
    if (!(this.#bytes <= this.#maxBytes)) {
      this.#bytes = this.#held() + this.#newBytes;
      if (!(this.#bytes <= this.#maxBytes)) return false;
    }
    if (bytes >= FRESH_BYTES) this.work(FRESH_WORK * bytes);
    return true;
  }

  /** Takes off again what the operation in progress needs no longer. */
  giveBack(bytes: number): void {
    this.#bytes -= bytes;
    this.#newBytes -= bytes;
  }

  exceeded(bytes: number, what: string): UnrolledError {
    return new UnrolledError(
      "out-of-memory",
      `${what} takes ${bytes} bytes, which makes ${this.#bytes} for this run; no more than ${this.#maxBytes} are allowed (maxRunBytes)`,
    );
  }

  /** Says that a value stays, in whatever frame it was made, until as much is given up again. */
  keep(value: OnnxValue): void {
    this.#keptBytes += bytesOf(value);
  }

  giveUp(values: readonly OnnxValue[]): void {
    for (const value of values) this.#keptBytes -= bytesOf(value);
  }

  work(units: number): void {
    this.#work += units;
    // What is no number is more than any.
    if (this.#work <= this.#maxWork) return;
    throw new UnrolledError(
      "invalid-argument",
      `the graph takes the work of more than ${this.#maxWork} multiplications in this run (maxWork)`,
    );
  }

  #held(): number {
    const values = new Set<OnnxValue["data"]>();
    let bytes = this.#keptBytes;
    for (const frame of this.frames) {
      this.entries(frame.length);
      for (const value of frame) {
        if (!value || values.has(value.data)) continue;
        values.add(value.data);
        bytes += bytesOf(value);
      }
    }
    return bytes;
  }
}

function bytesOf({ data }: OnnxValue): number {
  return data.byteLength + OBJECT_BYTES;
}
