import type { Device } from "../../tensor/device.ts";
import type { Storage } from "../../tensor/storage.ts";

const ALIGNMENT = 16;
const BLOCK = 2 ** 14;

/** Places in the heap for what comes and goes: what is given back is taken again, so that all of it stays in a cache. */
export class PlaceRoom {
  /** What the places stand in, for as long as this is held. */
  readonly storages: Storage[] = [];
  /** Whether more was asked for than there may be. */
  isFull = false;
  readonly #device: Device;
  readonly #most: number;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  #elements = 0;
  #next = 0;
  #end = 0;

  constructor(device: Device, most: number) {
    this.#device = device;
    this.#most = most;
  }

  /** Undefined where there would be too many elements. */
  take(elements: number): number | undefined {
    const size = Math.ceil(Math.max(1, elements) / ALIGNMENT) * ALIGNMENT;
    const free = this.#free.get(size)?.pop();
    if (free === undefined && this.#elements + size > this.#most) {
      this.isFull = true;
      return undefined;
    }
    const place = free ?? this.#cut(size);
    this.#sizes.set(place, size);
    return place;
  }

  /** Gives back what `take` gave; nothing happens to other places. */
  give(place: number): void {
    const size = this.#sizes.get(place);
    if (size === undefined) return;
    this.#sizes.delete(place);
    const list = this.#free.get(size);
    if (list) list.push(place);
    else this.#free.set(size, [place]);
  }

  /** A place that stays. */
  keep(elements: number): number {
    return this.#cut(Math.ceil(Math.max(1, elements) / ALIGNMENT) * ALIGNMENT);
  }

  /** The numbers at a place. */
  view(place: number, elements: number): Float32Array {
    const { buffer } = this.#device.heap.memory;
    return new Float32Array(buffer as ArrayBuffer, 4 * place, elements);
  }

  #cut(size: number): number {
    this.#elements += size;
    if (this.#next + size > this.#end) {
      const storage = this.#device.allocateLasting(Math.max(BLOCK, size));
      this.storages.push(storage);
      this.#next = storage.offset;
      this.#end = storage.offset + storage.elements;
    }
    const place = this.#next;
    this.#next += size;
    return place;
  }
}
