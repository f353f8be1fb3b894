import { loadNative } from "#platform";
import { Heap, type HeapRoom } from "../heap/heap.ts";
import type { Backend, BackendName, NativeAddon, NativeResult } from "./backend.ts";
import { called } from "./called.ts";

/** The addon that this package's installation compiled, or why there is none. */
export function loadAddon(): NativeResult {
  return loadNative() as NativeResult;
}

/** The kernels of the addon for one instruction set ("avx2", "avx512", "neon"). */
export async function openNative(
  addon: NativeAddon,
  instructionSet: string,
  reason: string,
  room: HeapRoom = {},
): Promise<Backend> {
  const heap = new Heap(4, 0, room);
  const table = addon.open(instructionSet, new Uint8Array(heap.memory.buffer));
  return {
    name: `native-${instructionSet}` as BackendName,
    reason,
    isWhole: true,
    heap,
    kernels: await called(table, true),
    table,
  };
}
