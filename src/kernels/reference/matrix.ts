import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";
import { roundedToHalf, roundedToSteps } from "./narrow.ts";

type MatrixKernels = Pick<
  KernelTable,
  "packedSize" | "pack" | "packedNarrowSize" | "packNarrow" | "gatherPacked" | "gemm"
>;

/** C ← A · B + bias, or C + A · B. The packed layout is plain k × n, rounded where it is narrow. */
export function matrixKernels(memory: Memory): MatrixKernels {
  return {
    packedSize: (k, n) => k * n,

    pack(b, bRow, bCol, packed, k, n) {
      const heap = memory.floats();
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < n; j++) heap[packed + i * n + j] = heap[b + i * bRow + j * bCol];
      }
    },

    packedNarrowSize: (_, k, n) => k * n,

    packNarrow(precision, b, bRow, bCol, scales, packed, k, n) {
      const heap = memory.floats();
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < n; j++) {
          const entry = heap[b + i * bRow + j * bCol];
          heap[packed + i * n + j] =
            precision === 2 ? roundedToSteps(entry, heap[scales + j]) : roundedToHalf(entry);
        }
      }
    },

    gatherPacked(packed, ids, ys, count, k, n) {
      const heap = memory.floats();
      const places = memory.ints();
      for (let row = 0; row < count; row++) {
        const id = places[ids + row];
        for (let i = 0; i < k; i++)
          heap[ys + row * k + i] = id >= 0 && id < n ? heap[packed + i * n + id] : 0;
      }
    },

    gemm(a, aRow, aCol, packed, bias, c, cRow, m, n, k, accumulate) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const entry = c + i * cRow + j;
          let sum = accumulate ? heap[entry] : bias ? heap[bias + j] : 0;
          for (let p = 0; p < k; p++) sum += heap[a + i * aRow + p * aCol] * heap[packed + p * n + j];
          heap[entry] = sum;
        }
      }
    },
  };
}
