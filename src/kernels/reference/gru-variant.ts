import type { Kernels } from "../contract.ts";
import { activationAt } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/** The GRU of `gruKernels` with any activations in place of σ and tanh; their slopes follow from their results. */
export function gruVariantKernels(memory: Memory): Pick<Kernels, "gruVariantForward" | "gruVariantBackward"> {
  return {
    gruVariantForward(gatesX, gatesH, hPrevious, h, activations, gateClip, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      const squash = activationAt(memory, activations, 1, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          if (ended(memory, lengths, b, t)) {
            heap[h + unit] = heap[hPrevious + unit];
            continue;
          }
          const x = gatesX + b * 3 * hidden + u;
          const recurrent = gatesH + b * 3 * hidden + u;
          const r = gate.value(heap[x] + heap[recurrent]);
          const z = gate.value(heap[x + hidden] + heap[recurrent + hidden]);
          const n = squash.value(heap[x + 2 * hidden] + r * heap[recurrent + 2 * hidden]);
          heap[x] = r;
          heap[x + hidden] = z;
          heap[x + 2 * hidden] = n;
          heap[h + unit] = (1 - z) * n + z * heap[hPrevious + unit];
        }
      }
    },

    gruVariantBackward(gatesX, gatesH, hPrevious, dy, dh, activations, gateClip, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      const squash = activationAt(memory, activations, 1, gateClip);
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
          const dn = dOutput * (1 - z) * squash.slope(n);
          const dz = dOutput * (heap[hPrevious + unit] - n) * gate.slope(z);
          const dr = dn * heap[recurrent + 2 * hidden] * gate.slope(r);
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
