import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type EntryKernels =
  | "addScaled"
  | "scale"
  | "approach"
  | "fill"
  | "widen"
  | "copyRows"
  | "sumRows"
  | "sumColumns"
  | "sumOfSquares"
  | "firstNotFinite"
  | "gatherRows"
  | "scatterAddRows";

/** Copies and sums of entries, and rows taken by number. */
export function entryKernels(memory: Memory): Pick<KernelTable, EntryKernels> {
  return {
    addScaled(x, factor, y, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) heap[y + i] += factor * heap[x + i];
    },

    scale(x, factor, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) heap[x + i] *= factor;
    },

    approach(x, rate, y, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) heap[y + i] += rate * (heap[x + i] - heap[y + i]);
    },

    fill(x, value, n) {
      memory.floats().fill(value, x, x + n);
    },

    widen(x, y, n) {
      for (let i = 0; i < n; i++) memory.floats()[y + i] = memory.ints()[x + i];
    },

    copyRows(x, xRow, y, yRow, m, n, accumulate) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const kept = accumulate ? heap[y + i * yRow + j] : 0;
          heap[y + i * yRow + j] = kept + heap[x + i * xRow + j];
        }
      }
    },

    sumRows(x, xRow, sums, m, n) {
      const heap = memory.floats();
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let i = 0; i < m; i++) sum += heap[x + i * xRow + j];
        heap[sums + j] += sum;
      }
    },

    sumColumns(x, xRow, factor, sums, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += heap[x + i * xRow + j];
        heap[sums + i] += factor * sum;
      }
    },

    sumOfSquares(x, n) {
      const heap = memory.floats();
      let sum = 0;
      for (let i = 0; i < n; i++) sum += heap[x + i] * heap[x + i];
      return sum;
    },

    firstNotFinite(x, n) {
      return memory
        .floats()
        .subarray(x, x + n)
        .findIndex((entry) => !Number.isFinite(entry));
    },

    gatherRows(table, ids, ys, n, width, rows) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const id = memory.ints()[ids + i];
        const known = id >= 0 && id < rows;
        for (let j = 0; j < width; j++) heap[ys + i * width + j] = known ? heap[table + id * width + j] : 0;
      }
    },

    scatterAddRows(dys, ids, dtable, n, width, rows) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const id = memory.ints()[ids + i];
        if (id < 0 || id >= rows) continue;
        for (let j = 0; j < width; j++) heap[dtable + id * width + j] += heap[dys + i * width + j];
      }
    },
  };
}
