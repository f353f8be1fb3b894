// An engine that shares no memory runs the same kernels, but for one byte, which says that the memory they are given is shared. Atomic
// instructions are allowed on any.
import { UnrolledError } from "../errors.ts";
import { ALIGNMENT, FIRST_FREE, type HeapRoom, MOST_PAGES, PAGE_BYTES } from "../heap/heap.ts";

/** What a memory that cannot grow begins with, if it can be had: 1 GiB; and the least, which a heap may have at all. */
const [MOST, LEAST] = [2 ** 14, 2 ** 9];
/** How a module imports a memory that has a maximum and is shared, near its beginning. */
const SHARED_MEMORY = "memory\u0002\u0003";
const HAS_MAXIMUM = 1;
const BEGINNING_BYTES = 4096;

/**
 * Room for a heap in a memory that nobody shares, as another thread's would be. It has its size from the beginning, since views of such a
 * memory end when it grows; of what is not touched the system gives addresses alone.
 *
 * @throws what a memory to be shared has failed with, where there are such memories, or there is no other either
 */
export function fixedRoom<Room extends HeapRoom>(room: Room, reservedBytes: number, failure: unknown): Room {
  if (typeof SharedArrayBuffer !== "undefined") throw failure;
  const asked = Math.floor((room.maxBytes ?? MOST * PAGE_BYTES) / PAGE_BYTES);
  for (let pages = Math.min(asked, MOST); pages >= LEAST; pages >>= 1) {
    try {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      const header = new Int32Array(memory.buffer);
      header[FIRST_FREE] = reservedBytes / ALIGNMENT;
      header[MOST_PAGES] = pages;
      // Growing by nothing would end its views too.
      const grow = (more: number) => {
        if (more > 0) throw failure;
        return pages;
      };
      return { ...room, shared: Object.assign(memory, { grow }) };
    } catch {
      // Half of it may be there.
    }
  }
  throw failure;
}

/**
 * A copy of a module's bytes that takes a memory which is not shared.
 *
 * @throws UnrolledError "unsupported-backend" for what imports no shared memory, or is compiled already
 */
export function unshared(module: object): Uint8Array {
  const bytes = new Uint8Array(module as ArrayBuffer).slice();
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, BEGINNING_BYTES));
  const at = beginning.indexOf(SHARED_MEMORY);
  if (at < 0) throw new UnrolledError("unsupported-backend", "they need a shared memory");
  bytes[at + SHARED_MEMORY.length - 1] = HAS_MAXIMUM;
  return bytes;
}
