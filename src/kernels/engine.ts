// What an engine may lack: relaxed SIMD, and shared memory, without which the kernels are the same code but for one byte, which says that the
// memory they are given is shared. Atomic instructions are allowed on any.
import { UnrolledError } from "../errors.ts";
import { ALIGNMENT, FIRST_FREE, type HeapRoom, MOST_PAGES, PAGE_BYTES } from "../heap/heap.ts";

/** A function body that relaxed multiply-add is part of: engines without relaxed SIMD refuse the module. */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
]);

/** @throws UnrolledError "unsupported-backend" where WebAssembly has no relaxed SIMD */
export function requireRelaxed(): void {
  if (!WebAssembly.validate(RELAXED_PROBE)) {
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: "backend wasm-relaxed needs an engine with WebAssembly relaxed SIMD",
    });
  }
}

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
  for (let pages = Math.min(asked, MOST); pages >= LEAST; pages = Math.floor(pages / 2)) {
    try {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      const header = new Int32Array(memory.buffer);
      header[FIRST_FREE] = reservedBytes / ALIGNMENT;
      header[MOST_PAGES] = pages;
      const grow = (more: number) => {
        if (more > 0) throw new RangeError("it is as large as it will be");
        return pages;
      };
      // Growing by nothing would end its views too.
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
  const bytes = Uint8Array.from(new Uint8Array(module as ArrayBuffer));
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, BEGINNING_BYTES));
  const at = beginning.indexOf(SHARED_MEMORY);
  if (at < 0)
    throw new UnrolledError("unsupported-backend", "this engine shares no memory, which these need");
  bytes[at + SHARED_MEMORY.length - 1] = HAS_MAXIMUM;
  return bytes;
}
