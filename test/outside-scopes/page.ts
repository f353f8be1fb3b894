import { openDevice } from "unrolled";
import { type LoopKind, type LoopSizes, loop } from "./loop.ts";

Object.assign(globalThis, {
  loop: async (sizes: LoopSizes, kind: LoopKind, rounds: number, maxHeapBytes?: number) => {
    const room = maxHeapBytes ? { maxHeapBytes } : {};
    return loop(await openDevice({ backend: "wasm", ...room }), sizes, kind, rounds);
  },
});
