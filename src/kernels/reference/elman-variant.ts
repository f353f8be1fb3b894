import type { Kernels } from "../contract.ts";
import { activationAt } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/** h ← f(sums) with any activation (Elman 1990). Backward: dsums ← (dh + dy)∘f′, which follows from h. */
export function elmanVariantKernels(
  memory: Memory,
): Pick<Kernels, "elmanVariantForward" | "elmanVariantBackward"> {
  return {
    elmanVariantForward(sums, hPrevious, h, activations, gateClip, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const { value } = activationAt(memory, activations, 0, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let unit = b * hidden; unit < (b + 1) * hidden; unit++) {
          const over = ended(memory, lengths, b, t);
          heap[h + unit] = over ? heap[hPrevious + unit] : value(heap[sums + unit]);
        }
      }
    },

    elmanVariantBackward(h, dsums, dy, dh, activations, gateClip, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const { slope } = activationAt(memory, activations, 0, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let unit = b * hidden; unit < (b + 1) * hidden; unit++) {
          if (ended(memory, lengths, b, t)) {
            heap[dsums + unit] = 0;
            continue;
          }
          heap[dsums + unit] = (heap[dh + unit] + (dy ? heap[dy + unit] : 0)) * slope(heap[h + unit]);
          heap[dh + unit] = 0;
        }
      }
    },
  };
}
