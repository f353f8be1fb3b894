import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type WholeKernels = "firstOutside" | "countOf" | "toFloats" | "total" | "argmax" | "markRows";

/** What whole numbers decide: ids and targets checked and counted, places of largest entries, marks of steps. */
export function wholeKernels(memory: Memory): Pick<KernelTable, WholeKernels> {
  const entriesOf = (whole: number) => (whole ? memory.ints() : memory.floats());
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

    toFloats(ids, y, n) {
      memory.floats().set(memory.ints().subarray(ids, ids + n), y);
    },

    total(x, n) {
      const heap = memory.floats();
      let sum = 0;
      for (let i = 0; i < n; i++) sum += heap[x + i];
      return sum;
    },

    argmax(x, whole, places, m, n) {
      const entries = entriesOf(whole);
      for (let i = 0; i < m; i++) {
        let best = 0;
        for (let j = 1; j < n; j++) if (entries[x + i * n + j] > entries[x + i * n + best]) best = j;
        memory.ints()[places + i] = best;
      }
    },

    markRows(x, value, whole, marks, m, n) {
      const entries = entriesOf(whole);
      for (let i = 0; i < m; i++) {
        const row = entries.subarray(x + i * n, x + (i + 1) * n);
        memory.ints()[marks + i] = row.every((entry) => entry === value) ? 0 : 1;
      }
    },
  };
}
