import type { KernelTable } from "../kernel-table.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";
import { logistic } from "./unary.ts";

/**
 * Gates [B, 4H] in the order i f g o (Hochreiter & Schmidhuber 1997; Gers et al. 2000):
 *
 *     i, f, o ← σ(sums)    g ← tanh(sum)    c ← f∘cPrevious + i∘g    h ← o∘tanh(c)
 *
 * Backward, with dh and dc arriving from the step after:
 *
 *     dh ← dh + dy    dc ← dc + dh∘o∘(1 − tanh²c)
 *     d(sum of i) = dc∘g∘i(1 − i)    of f: dc∘cPrevious∘f(1 − f)    of g: dc∘i∘(1 − g²)    of o: dh∘tanh(c)∘o(1 − o)
 *     dcPrevious = dc∘f
 */
export function lstmKernels(memory: Memory): Pick<KernelTable, "lstmForward" | "lstmBackward"> {
  return {
    lstmForward(gates, cPrevious, c, hPrevious, h, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          if (ended(memory, lengths, b, t)) {
            heap[c + unit] = heap[cPrevious + unit];
            heap[h + unit] = heap[hPrevious + unit];
            continue;
          }
          const gate = gates + b * 4 * hidden + u;
          const i = logistic(heap[gate]);
          const f = logistic(heap[gate + hidden]);
          const g = Math.tanh(heap[gate + 2 * hidden]);
          const o = logistic(heap[gate + 3 * hidden]);
          heap[gate] = i;
          heap[gate + hidden] = f;
          heap[gate + 2 * hidden] = g;
          heap[gate + 3 * hidden] = o;
          const state = f * heap[cPrevious + unit] + i * g;
          heap[c + unit] = state;
          heap[h + unit] = o * Math.tanh(state);
        }
      }
    },

    lstmBackward(gates, cPrevious, c, dy, dh, dc, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          const gate = gates + b * 4 * hidden + u;
          if (ended(memory, lengths, b, t)) {
            for (let part = 0; part < 4; part++) heap[gate + part * hidden] = 0;
            continue;
          }
          const i = heap[gate];
          const f = heap[gate + hidden];
          const g = heap[gate + 2 * hidden];
          const o = heap[gate + 3 * hidden];
          const squashed = Math.tanh(heap[c + unit]);
          const dOutput = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
          const dState = heap[dc + unit] + dOutput * o * (1 - squashed * squashed);
          heap[gate] = dState * g * i * (1 - i);
          heap[gate + hidden] = dState * heap[cPrevious + unit] * f * (1 - f);
          heap[gate + 2 * hidden] = dState * i * (1 - g * g);
          heap[gate + 3 * hidden] = dOutput * squashed * o * (1 - o);
          heap[dc + unit] = dState * f;
          heap[dh + unit] = 0;
        }
      }
    },
  };
}
