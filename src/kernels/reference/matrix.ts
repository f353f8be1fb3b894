import type { Kernels } from "../contract.ts";
import type { Memory } from "./memory.ts";

/** C ← A · B + bias, or C + A · B. The packed layout is plain k × n. */
export function matrixKernels(memory: Memory): Pick<Kernels, "packedSize" | "pack" | "gemm"> {
  return {
    packedSize: (k, n) => k * n,

    pack(b, bRow, bCol, packed, k, n) {
      const heap = memory.floats();
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < n; j++) heap[packed + i * n + j] = heap[b + i * bRow + j * bCol];
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
