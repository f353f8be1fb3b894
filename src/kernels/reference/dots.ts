import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** Products with entries that are found by a table of places. */
export function dotKernels(memory: Memory): Pick<KernelTable, "gatherDots"> {
  return {
    gatherDots(x, places, weights, bias, outputs, y, groups, channels, size, entries, rows, positions) {
      const heap = memory.floats();
      const ints = memory.ints();
      for (let group = 0; group < groups; group++) {
        for (let row = 0; row < rows; row++) {
          let sum = 0;
          for (let index = 0; index < channels * entries; index++) {
            const place = ints[places + row * entries + (index % entries)];
            const channel = group * channels + Math.floor(index / entries);
            if (place < 0) continue;
            sum += heap[weights + group * channels * entries + index] * heap[x + channel * size + place];
          }
          const output = outputs === 0 ? row : ints[outputs + row];
          heap[y + group * positions + output] = sum + (bias === 0 ? 0 : heap[bias + group]);
        }
      }
    },
  };
}
