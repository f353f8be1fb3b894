// What tensors outside scopes hold is given back when JavaScript has collected them. But its collector sees a few small objects and no
// heap, so by itself it would not come: it has to be told. What every engine counts is the size of array buffers, so one that is
// made and dropped, and whose pages nobody touches, is a word in its ear. And what it has found it says in a turn of its own, so
// whoever reads numbers while much is waiting waits for that turn.
import { UnrolledError } from "../errors.ts";
import type { Heap } from "../heap/heap.ts";
import { nextTurn } from "./next-turn.ts";
import type { Storage } from "./storage.ts";

/** Twice of what V8 lets array buffers grow by before it begins to collect. */
const WORD_BYTES = 2 ** 27;
/** What may wait for the collector before it is told. */
const WAITING_BYTES = 2 ** 26;
/** How much more has to wait before it is told again. */
const AGAIN_BYTES = 2 ** 23;
/** Turns that a reader waits at most. V8 takes two to four; an engine that takes more goes on beside the reader's own turns. */
const MOST_TURNS = 32;

/** The room in a heap that is given back when its owners are collected. */
export class Collector {
  readonly #heap: Heap;
  readonly #owners: FinalizationRegistry<{ readonly offset: number; readonly bytes: number }>;
  /** Says when a collection is over: what it is told of is garbage from the beginning. */
  readonly #over: FinalizationRegistry<undefined>;
  #heldBytes = 0;
  /** Bytes held at which the collector is told, and told again. */
  #tellAt = 0;
  #isAsked = false;
  #pass: Promise<void> | undefined;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#owners = new FinalizationRegistry(({ offset, bytes }) => {
      heap.free(offset, bytes / heap.bytesPerElement);
      this.#heldBytes -= bytes;
    });
    // Other callbacks of the same collection may still follow in this turn.
    this.#over = new FinalizationRegistry(() => queueMicrotask(() => this.#settle()));
    this.#settle();
  }

  /** Gives a storage's room back once nobody can reach the storage. */
  hold(storage: Storage): void {
    const bytes = storage.elements * this.#heap.bytesPerElement;
    this.#owners.register(storage, { offset: storage.offset, bytes }, storage);
    this.#heldBytes += bytes;
    if (this.#heldBytes >= this.#tellAt) this.#tell();
  }

  /** Leaves a storage's room to others. */
  release(storage: Storage): void {
    if (this.#owners.unregister(storage)) this.#heldBytes -= storage.elements * this.#heap.bytesPerElement;
  }

  /** For those who wait anyway: while much is held, until a collection is over. Undefined where there is nothing to wait for. */
  turn(): Promise<void> | undefined {
    if (this.#isAsked) this.#pass ??= this.#collect();
    return this.#pass;
  }

  /** The heap's error, after the collector was told a last time, with what may have led to it. */
  explained(error: unknown): unknown {
    if (!(error instanceof UnrolledError && error.code === "out-of-memory")) return error;
    // What is in use inside scopes, parameters included, is no fault of those outside.
    if (this.#heldBytes < this.#heap.use().usedBytes / 2) return error;
    this.#tell();
    const held = Math.ceil(this.#heldBytes / 2 ** 20);
    const problem = [
      ...error.text,
      `; ${held} MiB belong to tensors made outside device.scope, which are given back when JavaScript has collected them, in a later turn of the event loop: make each step inside device.scope(() => …), or await item() or toArray() in between`,
    ];
    return new UnrolledError("out-of-memory", { problem });
  }

  #tell(): void {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#over.register({}, undefined);
    }
    this.#tellAt = this.#heldBytes + AGAIN_BYTES;
    try {
      new ArrayBuffer(WORD_BYTES);
    } catch {
      // An engine that has no room for it has collected before it said so.
    }
  }

  async #collect(): Promise<void> {
    for (let turns = 0; this.#isAsked && turns < MOST_TURNS; turns++) {
      this.#tell();
      await nextTurn();
    }
    this.#pass = undefined;
  }

  /** What is held after a collection is in use, so more may wait before the next one; in a small heap less. */
  #settle(): void {
    const { maxBytes } = this.#heap;
    const free = Math.max(0, maxBytes - this.#heap.use().usedBytes);
    this.#isAsked = false;
    this.#tellAt = this.#heldBytes + Math.min(Math.max(WAITING_BYTES, this.#heldBytes / 2), free / 4);
  }
}
