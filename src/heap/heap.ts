import { UnrolledError } from "../errors.ts";
import { requireWhole } from "../whole-numbers.ts";

export const PAGE_BYTES = 65536;
/** What a WebAssembly memory can hold. */
const MOST_BYTES = 2 ** 32;
/** The least that may be asked for: what a heap begins with must fit. */
const LEAST_BYTES = 2 ** 25;
const GROWTH_PAGES = 256;
export const ALIGNMENT = 64;
/** Word of the memory that says where it is free, in units of the alignment. All threads that share the memory take room there. */
export const FIRST_FREE = 1;
/** Word of the memory that says how many pages it may grow to. */
export const MOST_PAGES = 2;

/** What a heap is made of and how much of it is taken. */
export interface HeapUse {
  /** Bytes handed out and not given back. */
  readonly usedBytes: number;
  /** Bytes the memory has grown to. */
  readonly totalBytes: number;
}

/** A `WebAssembly.Memory`, in words that projects without the browser's types know too. */
export interface HeapMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** Where a heap's room comes from. */
export interface HeapRoom {
  /** The memory of another thread's heap, to take room in beside it; what one thread takes, it gives back itself. */
  readonly shared?: HeapMemory | undefined;
  /** Bytes that a memory of its own may grow to, from 32 MiB; 4 GiB, which is all that WebAssembly can hold, if not given. */
  readonly maxBytes?: number | undefined;
}

/**
 * The one memory that all numbers live in: a shared WebAssembly memory, which kernels of every kind work on in place and which
 * grows without its addresses moving. Places are offsets counted in elements; 0 is never handed out and means "none".
 */
export class Heap {
  readonly memory: HeapMemory;
  readonly bytesPerElement: 4 | 8;
  #floats: Float32Array | Float64Array;
  #ints: Int32Array | Float64Array;
  readonly #header: Int32Array;
  #usedBytes = 0;
  readonly #freeBySize = new Map<number, number[]>();

  /**
   * @param bytesPerElement 4 for float32 kernels, 8 for the float64 reference.
   * @param reservedBytes kept free at the bottom for a WebAssembly module's own data and stack.
   */
  constructor(
    bytesPerElement: 4 | 8,
    reservedBytes: number,
    { shared, maxBytes = MOST_BYTES }: HeapRoom = {},
  ) {
    requireRoom(maxBytes);
    this.bytesPerElement = bytesPerElement;
    const first = Math.ceil(Math.max(reservedBytes, ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
    const pages = Math.ceil(first / PAGE_BYTES) + GROWTH_PAGES;
    const maximum = Math.floor(maxBytes / PAGE_BYTES);
    this.memory = shared ?? newMemory(pages, maximum);
    this.#header = new Int32Array(this.memory.buffer, 0, MOST_PAGES + 1);
    if (!shared) {
      Atomics.store(this.#header, FIRST_FREE, first / ALIGNMENT);
      Atomics.store(this.#header, MOST_PAGES, maximum);
    }
    this.#floats = this.#newFloats();
    this.#ints = this.#newInts();
  }

  /** All elements as numbers. Taken anew after growth, so never keep it across an allocation. */
  floats(): Float32Array | Float64Array {
    if (this.#floats.length < this.#reached()) this.#floats = this.#newFloats();
    return this.#floats;
  }

  /** The same elements as whole numbers; on the float64 reference these are float64 too, at the same offsets. */
  ints(): Int32Array | Float64Array {
    if (this.#ints.length < this.#reached()) this.#ints = this.#newInts();
    return this.#ints;
  }

  /** @internal Writes numbers from an offset on. */
  put(numbers: ArrayLike<number>, offset: number): void {
    this.floats().set(numbers, offset);
  }

  /** @internal Writes whole numbers from an offset on. */
  putInts(numbers: ArrayLike<number>, offset: number): void {
    this.ints().set(numbers, offset);
  }

  /** Offset of `elements` elements, aligned to 64 bytes, contents undefined. */
  allocate(elements: number): number {
    requireWhole("heap", "a number of elements", elements, 0);
    const asked = elements * this.bytesPerElement;
    const bytes = sizeClass(asked);
    const place = this.#freeBySize.get(bytes)?.pop() ?? this.#extend(bytes, asked);
    this.#usedBytes += bytes;
    return place / this.bytesPerElement;
  }

  /** @internal Gives back what `allocate(elements)` handed out at `offset`. */
  free(offset: number, elements: number): void {
    this.requirePlace(offset, elements);
    const bytes = sizeClass(elements * this.bytesPerElement);
    const list = this.#freeBySize.get(bytes);
    const place = offset * this.bytesPerElement;
    if (list) list.push(place);
    else this.#freeBySize.set(bytes, [place]);
    this.#usedBytes -= bytes;
  }

  /** Bytes that its memory may grow to. */
  get maxBytes(): number {
    return Atomics.load(this.#header, MOST_PAGES) * PAGE_BYTES;
  }

  /** @internal An error unless so many elements stand at an offset inside the memory. */
  requirePlace(offset: number, elements: number): void {
    const end = (offset + elements) * this.bytesPerElement;
    // Another thread may have grown the memory meanwhile.
    if (end > this.memory.buffer.byteLength) this.memory.grow(0);
    const most = this.memory.buffer.byteLength / this.bytesPerElement - elements;
    requireWhole("heap", "a number of elements", elements, 0);
    requireWhole("heap", "an offset", offset, 1, most);
  }

  use(): HeapUse {
    return { usedBytes: this.#usedBytes, totalBytes: this.memory.buffer.byteLength };
  }

  /** Takes room that nobody had before. Whoever moves the mark in one atomic step has it, so no lock is needed. */
  #extend(bytes: number, asked: number): number {
    for (;;) {
      const first = Atomics.load(this.#header, FIRST_FREE);
      const place = (first >>> 0) * ALIGNMENT;
      if (place + bytes > this.memory.buffer.byteLength) this.#growTo(place + bytes, asked);
      const next = first + bytes / ALIGNMENT;
      if (Atomics.compareExchange(this.#header, FIRST_FREE, first, next) === first) return place;
    }
  }

  #growTo(end: number, asked: number): void {
    const missing = this.#pagesMissing(end);
    if (missing <= 0) return;
    const room = (this.maxBytes - this.memory.buffer.byteLength) / PAGE_BYTES;
    try {
      this.memory.grow(Math.max(missing, Math.min(GROWTH_PAGES, room)));
    } catch {
      // Another thread may have grown the memory meanwhile, by enough for both.
      if (this.#pagesMissing(end) <= 0) return;
      throw new UnrolledError("out-of-memory", {
        call: "heap",
        problem:
          `${mebibytes(asked)} MiB were asked for, with ${mebibytes(this.#usedBytes)} MiB in use and ` +
          `${mebibytes(room * PAGE_BYTES)} MiB left of ${limitText(this.maxBytes)}`,
      });
    }
  }

  /** Growing by nothing tells how far another thread has grown the memory, and has this thread see it. */
  #pagesMissing(end: number): number {
    return Math.ceil(end / PAGE_BYTES) - this.memory.grow(0);
  }

  /** Elements up to which room was ever taken, by any thread: as far as views have to reach. */
  #reached(): number {
    return (this.#header[FIRST_FREE] >>> 0) * (ALIGNMENT / this.bytesPerElement);
  }

  #newFloats(): Float32Array | Float64Array {
    this.memory.grow(0);
    return this.bytesPerElement === 4
      ? new Float32Array(this.memory.buffer)
      : new Float64Array(this.memory.buffer);
  }

  #newInts(): Int32Array | Float64Array {
    this.memory.grow(0);
    return this.bytesPerElement === 4
      ? new Int32Array(this.memory.buffer)
      : new Float64Array(this.memory.buffer);
  }
}

/** A memory that can grow to all of its addresses, which are taken from the system at once. */
function newMemory(pages: number, maximum: number): HeapMemory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum, shared: true });
  } catch {
    throw new UnrolledError("out-of-memory", {
      call: "heap",
      problem: `the system gives no room for a WebAssembly memory of ${(maximum * PAGE_BYTES) / 2 ** 20} MiB of addresses; a limit on virtual memory (ulimit -v) may be why`,
    });
  }
}

/**
 * Sizes are rounded up to eighths of a power of two, so that what one training step gives back fits the next, and at most an
 * eighth is wasted.
 */
function sizeClass(bytes: number): number {
  if (bytes <= 512) return Math.max(64, Math.ceil(bytes / 64) * 64);
  const step = 2 ** (31 - Math.clz32(bytes - 1) - 3);
  return Math.ceil(bytes / step) * step;
}

function requireRoom(maxBytes: number): void {
  if (Number.isInteger(maxBytes) && maxBytes >= LEAST_BYTES && maxBytes <= MOST_BYTES) return;
  throw new UnrolledError("invalid-argument", {
    call: "openDevice",
    subject: "maxHeapBytes",
    got: `${maxBytes}`,
    needed: `a whole number from ${LEAST_BYTES} (${mebibytes(LEAST_BYTES)} MiB) to ${MOST_BYTES}`,
  });
}

function limitText(maxBytes: number): string {
  const limit = `the ${mebibytes(maxBytes)} MiB that`;
  return maxBytes === MOST_BYTES ? `${limit} a WebAssembly memory can hold` : `${limit} maxHeapBytes allows`;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
