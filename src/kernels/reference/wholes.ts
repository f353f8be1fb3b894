import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type WholeKernels = "firstOutside" | "countOf" | "total" | "markRows";

/** What whole numbers decide: ids and targets checked and counted, weights summed, steps marked. */
export function wholeKernels(memory: Memory): Pick<KernelTable, WholeKernels> {
  return {
    firstOutside(ids, n, count, ignored) {
      const found = memory
        .ints()
        .subarray(ids, ids + n)
        .find((id) => !(id >= 0 && id < count) && id !== ignored);
      return found ?? Number.NaN;
    },

    countOf(ids, value, n) {
      const numbers = memory.ints();
      let count = 0;
      for (let i = 0; i < n; i++) if (numbers[ids + i] === value) count += 1;
      return count;
    },

    total(x, n) {
      const heap = memory.floats();
      let sum = 0;
      for (let i = 0; i < n; i++) sum += heap[x + i];
      return sum;
    },

    markRows(x, value, whole, marks, m, n) {
      const entries = whole ? memory.ints() : memory.floats();
      for (let i = 0; i < m; i++) {
        const row = entries.subarray(x + i * n, x + (i + 1) * n);
        memory.ints()[marks + i] = row.every((entry) => entry === value) ? 0 : 1;
      }
    },
  };
}
