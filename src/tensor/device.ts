import { UnrolledError } from "../errors.ts";
import type { Heap } from "../heap/heap.ts";
import type { Backend, BackendChoice, BackendName } from "../kernels/backend.ts";
import type { Kernels } from "../kernels/contract.ts";
import type { KernelTable } from "../kernels/kernel-table.ts";
import { loadReference } from "../kernels/load-reference.ts";
import { openBackend, type ReferenceLoader } from "../kernels/select.ts";
import { Generator } from "../random/philox.ts";
import { Collector } from "./collector.ts";
import { Storage } from "./storage.ts";
import type { TapeNode } from "./tape.ts";

/** How to open a device. */
export interface DeviceOptions {
  /** Which kernels; `auto` takes the fastest there is. */
  readonly backend?: BackendChoice;
  /** Of the generator that modules draw from where they are given none; 0 if not given. */
  readonly seed?: number;
  /** That generator itself, instead. */
  readonly generator?: Generator;
  /** Bytes that its memory may grow to, from 32 MiB; 4 GiB, all that WebAssembly can hold, if not given. */
  readonly maxHeapBytes?: number;
  /**
   * "core" has a page fetch the kernels of language models alone, which are 40 % smaller in WebAssembly: these train, generate and are
   * looked into, and what needs any other kernel ends in an error. "all" if not given.
   */
  readonly kernels?: "all" | "core";
}

/** Opens a device: a heap and kernels on it. A backend asked for by name is that one or an error. */
export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  return openDeviceWith(loadReference, options);
}

/** As `openDevice`, with the reference backend only where it can be loaded. */
export async function openDeviceWith(
  load: ReferenceLoader | undefined,
  options: DeviceOptions,
): Promise<Device> {
  const { kernels = "all" } = options;
  if (kernels !== "all" && kernels !== "core")
    throw new UnrolledError("invalid-argument", {
      call: "openDevice",
      subject: "kernels",
      got: String(kernels),
      needed: '"all" or "core"',
    });
  const room = { maxBytes: options.maxHeapBytes, isWhole: kernels === "all" };
  const backend = await openBackend(options.backend ?? "auto", load, room);
  return new Device(backend, options.generator ?? options.seed);
}

/**
 * Where tensors live and kernels run. Everything made inside `scope` is freed at its end, except what it returns; outside any
 * scope a tensor lives until it is garbage-collected, for which `await item()` or `toArray()` gives the collector its turns. Nobody
 * calls dispose.
 *
 * @throws UnrolledError "invalid-argument" for a callback that returns a promise: those of `scope` and the like are synchronous
 */
export class Device {
  readonly backend: BackendName;
  /** Why this backend was taken, in words. */
  readonly reason: string;
  /** @internal Whether all kernels are there: see `Task.kernels`. */
  readonly isWhole: boolean;
  readonly heap: Heap;
  /** @internal They take addresses. */
  readonly kernels: Kernels;
  /** @internal The same with their arguments in order. */
  readonly table: KernelTable;
  /** What modules draw their first weights and masks from, one after the other, where they are given no generator. */
  readonly generator: Generator;
  /**
   * Which row of the whole batch is this device's first; 0 unless a batch is split over several devices. Dropout counts its rows
   * from here, so that a row's mask does not depend on the split.
   */
  firstRow = 0;
  /** @internal Is called on the way back after each operation, and in the midst of long ones, for what goes on beside that. */
  declare onWayBack: ((walked?: TapeNode) => void) | undefined;
  readonly #scopes: Storage[][] = [];
  readonly #collector: Collector;
  #recording = true;
  #order = 0;

  constructor(backend: Backend, generator: Generator | number = 0) {
    this.backend = backend.name;
    this.reason = backend.reason;
    this.isWhole = backend.isWhole;
    this.heap = backend.heap;
    this.kernels = backend.kernels;
    this.table = backend.table;
    this.generator = typeof generator === "number" ? new Generator(generator) : generator;
    this.#collector = new Collector(backend.heap);
  }

  /**
   * Runs a synchronous callback (a training step is one) and frees every tensor made in it, except those it returns, alone or
   * inside arrays and plain objects. What is returned keeps its numbers but not its history: call backward() inside.
   */
  scope<Result>(body: () => Result): Result {
    const made: Storage[] = [];
    const orderBefore = this.#order;
    this.#scopes.push(made);
    let result: Result | undefined;
    try {
      result = body();
      requireSynchronous("scope", result);
      return result;
    } finally {
      this.#scopes.pop();
      const kept = new Set<Storage>();
      for (const tensor of tensorsIn(result)) {
        kept.add(tensor.storage);
        tensor.forgetHistorySince(orderBefore);
      }
      for (const storage of made) {
        if (storage.freed) continue;
        if (kept.has(storage)) this.#adopt(storage);
        else this.#free(storage, kept);
      }
    }
  }

  /** Runs a synchronous callback without recording operations for backward(). */
  withoutGradients<Result>(body: () => Result): Result {
    const before = this.#recording;
    this.#recording = false;
    try {
      return requireSynchronous("withoutGradients", body());
    } finally {
      this.#recording = before;
    }
  }

  /** Whether operations are being recorded for backward(). */
  get recording(): boolean {
    return this.#recording;
  }

  /** The next number in the order of operations, by which backward() sorts. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  /** Room for `elements` elements, contents undefined, which belongs to the current scope. */
  allocate(elements: number): Storage {
    const storage = new Storage(this.#take(elements), elements);
    this.#adopt(storage);
    return storage;
  }

  /** Room that outlives every scope and is freed when its storage is collected: parameters, their gradients, carried state. */
  allocateLasting(elements: number): Storage {
    return this.lasting(() => this.allocate(elements));
  }

  /** Room that is freed together with `owner`, whatever scope that belongs to: packed copies, a leaf's gradient. */
  allocateBeside(owner: Storage, elements: number): Storage {
    const storage = this.allocateLasting(elements);
    owner.beside ??= [];
    owner.beside.push(storage);
    return storage;
  }

  /** @internal Makes a lasting storage stand where another thread's stands in the same heap; its own numbers are given up. */
  borrow(storage: Storage, offset: number): void {
    this.heap.requirePlace(offset, storage.elements);
    if (!storage.borrowed) {
      this.#collector.release(storage);
      this.heap.free(storage.offset, storage.elements);
    }
    storage.borrowed = true;
    storage.offset = offset;
    storage.version += 1;
  }

  /** @internal Gives back the room of a lasting storage, whose numbers stand elsewhere from now on; what is beside it stays. */
  giveUp(storage: Storage): void {
    this.#collector.release(storage);
    if (!storage.borrowed) this.heap.free(storage.offset, storage.elements);
    storage.borrowed = true;
    storage.version += 1;
  }

  /** @internal What stands at another thread's place in the same heap, to look at and to write. */
  lent(offset: number, elements: number): Storage {
    this.heap.requirePlace(offset, elements);
    const storage = new Storage(offset, elements);
    storage.borrowed = true;
    return storage;
  }

  /** Frees room that nobody but an operation knows of, before its scope ends or it is collected. */
  free(...storages: readonly Storage[]): void {
    for (const storage of storages) {
      if (storage.freed) continue;
      this.#collector.release(storage);
      this.#free(storage, NONE);
    }
  }

  /** For reads: where much waits to be collected, a collection; undefined where there is nothing to wait for. */
  turn(): Promise<void> | undefined {
    return this.#collector.turn();
  }

  /** Runs a synchronous callback outside all scopes: the tensors it makes live until they are collected. */
  lasting<Result>(body: () => Result): Result {
    const suspended = this.#scopes.splice(0);
    try {
      return requireSynchronous("lasting", body());
    } finally {
      this.#scopes.push(...suspended);
    }
  }

  /** Room for the duration of one synchronous callback. */
  temporary<Result>(elements: number, body: (offset: number) => Result): Result {
    const offset = this.#take(elements);
    try {
      return requireSynchronous("temporary", body(offset));
    } finally {
      this.heap.free(offset, elements);
    }
  }

  #take(elements: number): number {
    try {
      return this.heap.allocate(elements);
    } catch (error) {
      throw this.#collector.explained(error);
    }
  }

  #adopt(storage: Storage): void {
    const current = this.#scopes[this.#scopes.length - 1];
    if (current) current.push(storage);
    else this.#collector.hold(storage);
  }

  #free(storage: Storage, kept: ReadonlySet<Storage>): void {
    if (!storage.borrowed) this.heap.free(storage.offset, storage.elements);
    storage.freed = true;
    for (const other of storage.beside ?? []) {
      if (kept.has(other)) continue;
      this.#collector.release(other);
      this.#free(other, kept);
    }
  }
}

const NONE: ReadonlySet<Storage> = new Set();

/** An error if a callback was asynchronous: whatever it does after its first await happens when the call is long over. */
function requireSynchronous<Result>(call: string, result: Result): Result {
  if (typeof (result as { then?: unknown } | undefined | null)?.then !== "function") return result;
  // It goes on by itself and may well fail, for this very reason; one error is enough.
  (result as PromiseLike<unknown>).then(undefined, () => {});
  throw new UnrolledError("invalid-argument", {
    call,
    problem: "the callback must be synchronous, this one returned a promise",
  });
}

/** What a scope has to know of a tensor that its callback returned. */
interface Survivor {
  readonly storage: Storage;
  forgetHistorySince(order: number): void;
}

/** The tensors in a value: itself, in arrays and in plain objects. */
function tensorsIn(value: unknown, seen = new Set<object>(), found: Survivor[] = []): Survivor[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return found;
  seen.add(value);
  if (isSurvivor(value)) found.push(value);
  else if (Array.isArray(value)) for (const item of value) tensorsIn(item, seen, found);
  else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) tensorsIn(item, seen, found);
  }
  return found;
}

function isSurvivor(value: object): value is Survivor {
  return "storage" in value && value.storage instanceof Storage && "forgetHistorySince" in value;
}
