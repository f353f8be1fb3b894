import type { KernelTable } from "../kernel-table.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/**
 * g ← σ(g), n ← tanh(n), h ← g∘hBefore + (1 − g)∘n (Collins, Sohl-Dickstein & Sussillo 2017). Backward, with d = dh + dy:
 * dg ← d∘(hBefore − n)∘g(1 − g), dn ← d∘(1 − g)∘(1 − n²), dh ← d∘g.
 */
export function ugrnnKernels(memory: Memory): Pick<KernelTable, "ugrnnForward" | "ugrnnBackward"> {
  return {
    ugrnnForward(sums, hBefore, h, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        const over = ended(memory, lengths, b, t);
        for (let j = 0; j < hidden; j++) {
          const unit = b * hidden + j;
          const before = heap[hBefore + unit];
          if (over) {
            heap[h + unit] = before;
            continue;
          }
          const [gPlace, nPlace] = [sums + 2 * b * hidden + j, sums + (2 * b + 1) * hidden + j];
          const g = 1 / (1 + Math.exp(-heap[gPlace]));
          const n = Math.tanh(heap[nPlace]);
          heap[gPlace] = g;
          heap[nPlace] = n;
          heap[h + unit] = g * before + (1 - g) * n;
        }
      }
    },

    ugrnnBackward(sums, hBefore, dy, dh, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        const over = ended(memory, lengths, b, t);
        for (let j = 0; j < hidden; j++) {
          const unit = b * hidden + j;
          const [gPlace, nPlace] = [sums + 2 * b * hidden + j, sums + (2 * b + 1) * hidden + j];
          if (over) {
            heap[gPlace] = heap[nPlace] = 0;
            continue;
          }
          const [g, n] = [heap[gPlace], heap[nPlace]];
          const d = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
          heap[gPlace] = d * (heap[hBefore + unit] - n) * g * (1 - g);
          heap[nPlace] = d * (1 - g) * (1 - n * n);
          heap[dh + unit] = d * g;
        }
      }
    },
  };
}
