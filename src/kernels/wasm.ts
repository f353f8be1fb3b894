import { loadWasm } from "#platform";
import { UnrolledError } from "../errors.ts";
import { Heap, type HeapRoom } from "../heap/heap.ts";
import type { Backend } from "./backend.ts";
import { called } from "./called.ts";
import type { KernelTable } from "./kernel-table.ts";

/** Data and stack of the module, which the linker puts at the bottom of the memory; a test holds them to it. */
export const RESERVED_BYTES = 1 << 19;
// A thread that joins another's memory needs a stack of its own.
const STACK_BYTES = 1 << 18;

/** What kernels are opened with. */
export interface KernelRoom extends HeapRoom {
  /** Whether all kernels are wanted, or those that a plain language model calls, a smaller file; true if not given. */
  readonly isWhole?: boolean | undefined;
}

/** The kernels in WebAssembly with 128-bit vectors; `relaxed` with fused multiply-add where the engine has it. */
export async function openWasm(relaxed: boolean, reason: string, room: KernelRoom = {}): Promise<Backend> {
  const name = relaxed ? "wasm-relaxed" : "wasm";
  const { isWhole = true } = room;
  let heap: Heap;
  let without: typeof import("./unshared.ts") | undefined;
  try {
    heap = new Heap(4, RESERVED_BYTES, room);
  } catch (error) {
    without = await import("./unshared.ts");
    heap = new Heap(4, RESERVED_BYTES, without.fixedRoom(room, RESERVED_BYTES, error));
  }
  let instance: WebAssembly.Instance;
  try {
    const memory = heap.memory as WebAssembly.Memory;
    const found = await loadWasm(isWhole, relaxed);
    const own = (without?.unshared(found) ?? found) as BufferSource;
    const made = await WebAssembly.instantiate(own, { env: { memory } });
    // Of a module that is compiled already an engine makes the instance alone.
    instance = made.instance ?? made;
  } catch (error) {
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: `backend ${name} needs WebAssembly with its SIMD, shared memory, and the build's kernels (${(error as Error).message})`,
    });
  }
  if (room.shared) {
    const stack = instance.exports.__stack_pointer as WebAssembly.Global;
    stack.value = 4 * heap.allocate(STACK_BYTES / 4) + STACK_BYTES;
  }
  const table = instance.exports as unknown as KernelTable;
  return {
    name,
    reason,
    isWhole,
    heap,
    kernels: await called(table, isWhole),
    table,
  };
}
