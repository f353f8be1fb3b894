import type { Kernels } from "../contract.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";
import { logistic } from "./unary.ts";

/**
 * Gates [B, 3H] in the order r z n, the reset gate after the recurrent product (Cho et al. 2014; cuDNN's form):
 *
 *     r ← σ(xr + hr)    z ← σ(xz + hz)    n ← tanh(xn + r∘hn)    h ← (1 − z)∘n + z∘hPrevious
 *
 * Backward, with dh arriving from the step after:
 *
 *     dh ← dh + dy    dn = dh∘(1 − z)∘(1 − n²)    dz = dh∘(hPrevious − n)∘z(1 − z)    dr = dn∘hn∘r(1 − r)
 *     dgatesX = dr dz dn    dgatesH = dr dz dn∘r    and dh∘z goes straight to the step before
 */
export function gruKernels(memory: Memory): Pick<Kernels, "gruForward" | "gruBackward"> {
  return {
    gruForward(gatesX, gatesH, hPrevious, h, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          if (ended(memory, lengths, b, t)) {
            heap[h + unit] = heap[hPrevious + unit];
            continue;
          }
          const x = gatesX + b * 3 * hidden + u;
          const recurrent = gatesH + b * 3 * hidden + u;
          const r = logistic(heap[x] + heap[recurrent]);
          const z = logistic(heap[x + hidden] + heap[recurrent + hidden]);
          const n = Math.tanh(heap[x + 2 * hidden] + r * heap[recurrent + 2 * hidden]);
          heap[x] = r;
          heap[x + hidden] = z;
          heap[x + 2 * hidden] = n;
          heap[h + unit] = (1 - z) * n + z * heap[hPrevious + unit];
        }
      }
    },

    gruBackward(gatesX, gatesH, hPrevious, dy, dh, lengths, t, batch, hidden) {
      const heap = memory.floats();
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          const x = gatesX + b * 3 * hidden + u;
          const recurrent = gatesH + b * 3 * hidden + u;
          if (ended(memory, lengths, b, t)) {
            for (let part = 0; part < 3; part++) {
              heap[x + part * hidden] = 0;
              heap[recurrent + part * hidden] = 0;
            }
            continue;
          }
          const r = heap[x];
          const z = heap[x + hidden];
          const n = heap[x + 2 * hidden];
          const dOutput = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
          const dn = dOutput * (1 - z) * (1 - n * n);
          const dz = dOutput * (heap[hPrevious + unit] - n) * z * (1 - z);
          const dr = dn * heap[recurrent + 2 * hidden] * r * (1 - r);
          heap[x] = dr;
          heap[x + hidden] = dz;
          heap[x + 2 * hidden] = dn;
          heap[recurrent] = dr;
          heap[recurrent + hidden] = dz;
          heap[recurrent + 2 * hidden] = dn * r;
          heap[dh + unit] = dOutput * z;
        }
      }
    },
  };
}
