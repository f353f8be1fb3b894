// The kernels where an engine shares no memory: the same code, but for one byte, which says that the memory it is given is shared.
import { UnrolledError } from "../errors.ts";
import type { HeapRoom } from "../heap/heap.ts";
import type { WasmSource } from "../platform/platform.ts";

const PAGE_BYTES = 65536;
/** What a memory that cannot grow begins with, if it can be had: 1 GiB; and the least, which a heap may have at all. */
const [MOST_PAGES, LEAST_PAGES] = [2 ** 14, 2 ** 9];
const HEADER_BYTES = 8;
const IMPORTS = 2;
const OF_FUNCTION = 0;
const OF_MEMORY = 2;
/** Limits of a memory: it has a maximum, it is shared. */
const [HAS_MAXIMUM, IS_SHARED] = [1, 2];

/**
 * Room for a heap in a memory that nobody shares, as large from the beginning as it will ever be, since views of such a memory end when it
 * grows. Of what is not touched the system gives addresses alone. As it was given where there is no such memory either.
 */
export function fixedRoom<Room extends HeapRoom>(room: Room): Room {
  const asked = room.maxBytes === undefined ? MOST_PAGES : Math.floor(room.maxBytes / PAGE_BYTES);
  for (let pages = Math.min(asked, MOST_PAGES); pages >= LEAST_PAGES; pages = Math.floor(pages / 2)) {
    try {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      const grow = (more: number) => {
        if (more > 0) throw new RangeError("it is as large as it will be");
        return pages;
      };
      // Growing by nothing would end its views too.
      return { ...room, fixed: Object.assign(memory, { grow }), maxBytes: pages * PAGE_BYTES };
    } catch {
      // Half of it may be there.
    }
  }
  return room;
}

/**
 * A copy of a module's bytes that takes a memory which is not shared. Atomic instructions are allowed on that too.
 *
 * @throws UnrolledError "unsupported-backend" for a module that is compiled already
 */
export function unshared(module: WasmSource): Uint8Array {
  if (!(module instanceof ArrayBuffer || ArrayBuffer.isView(module)))
    throw new UnrolledError(
      "unsupported-backend",
      "this engine shares no memory, which compiled kernels need",
    );
  const bytes = Uint8Array.from(
    module instanceof ArrayBuffer
      ? new Uint8Array(module)
      : new Uint8Array(module.buffer, module.byteOffset, module.byteLength),
  );
  let at = HEADER_BYTES;
  const whole = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number) => {
    at += length;
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = whole();
    if (section !== IMPORTS) {
      skip(length);
      continue;
    }
    for (let left = whole(); left > 0; left--) {
      skip(whole());
      skip(whole());
      const kind = bytes[at++];
      if (kind === OF_MEMORY && bytes[at] === (HAS_MAXIMUM | IS_SHARED)) {
        bytes[at] = HAS_MAXIMUM;
        return bytes;
      }
      if (kind !== OF_FUNCTION) break;
      whole();
    }
    break;
  }
  throw new UnrolledError("unsupported-backend", "the kernels import no shared memory");
}
