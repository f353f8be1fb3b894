import { loadWasm } from "#platform";
import { UnrolledError } from "../errors.ts";
import { Heap, type HeapRoom } from "../heap/heap.ts";
import type { Backend } from "./backend.ts";
import { byName, type KernelTable } from "./kernel-table.ts";

const PARTS = ["core", "rest"] as const;
// Data and stack of both modules, which the linker puts at the bottom of the memory.
const RESERVED_BYTES = 1 << 19;
// A thread that joins another's memory needs a stack of its own.
const STACK_BYTES = 1 << 18;

/** A function body that relaxed multiply-add is part of: engines without relaxed SIMD refuse the module. */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
]);

/** What kernels are opened with. */
export interface KernelRoom extends HeapRoom {
  /** Without the kernels that a plain language model never calls, where they are in a file of their own; true if not given. */
  readonly isWhole?: boolean | undefined;
}

/** The kernels in WebAssembly with 128-bit vectors; `relaxed` with fused multiply-add where the engine has it. */
export async function openWasm(relaxed: boolean, reason: string, room: KernelRoom = {}): Promise<Backend> {
  if (relaxed && !WebAssembly.validate(RELAXED_PROBE)) {
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: "backend wasm-relaxed needs an engine with WebAssembly relaxed SIMD",
    });
  }
  const { isWhole = true } = room;
  const heap = new Heap(4, RESERVED_BYTES, room);
  const env = { memory: heap.memory as WebAssembly.Memory };
  const parts: WebAssembly.Exports[] = [];
  try {
    const files = (isWhole ? PARTS : PARTS.slice(0, 1)).map((part) => loadWasm(part, relaxed));
    for (const bytes of await Promise.all(files)) {
      const imports = { env, core: parts[0] as WebAssembly.ModuleImports };
      const { instance } = await WebAssembly.instantiate(bytes as BufferSource, imports);
      parts.push(instance.exports);
    }
  } catch (error) {
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: `backend wasm needs WebAssembly with SIMD and shared memory, and the build's kernels (${(error as Error).message})`,
    });
  }
  for (const { __heap_base: end, __stack_pointer: stack } of parts as unknown as Record<
    string,
    WebAssembly.Global
  >[]) {
    if (end.value > RESERVED_BYTES) {
      throw new UnrolledError("unsupported-backend", {
        call: "openDevice",
        problem: `the WebAssembly module takes ${end.value} bytes, ${RESERVED_BYTES} are reserved`,
      });
    }
    if (room.shared) stack.value = 4 * heap.allocate(STACK_BYTES / 4) + STACK_BYTES;
  }
  const table = Object.assign({}, ...parts) as KernelTable;
  return {
    name: relaxed ? "wasm-relaxed" : "wasm",
    reason,
    isWhole,
    heap,
    kernels: byName(table),
    table,
  };
}
