import type { Kernels } from "../contract.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";
import { unaryFunctions } from "./unary.ts";

/** h ← f(sums) (Elman 1990). Backward: dsums ← (dh + dy)∘f′; f′ of tanh and relu follows from the result alone. */
export function elmanKernels(memory: Memory): Pick<Kernels, "elmanForward" | "elmanBackward"> {
  return {
    elmanForward(operation, sums, hPrevious, h, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const { value } = unaryFunctions[operation];
      for (let b = 0; b < batch; b++) {
        for (let unit = b * hidden; unit < (b + 1) * hidden; unit++) {
          const over = ended(memory, lengths, b, t);
          heap[h + unit] = over ? heap[hPrevious + unit] : value(heap[sums + unit]);
        }
      }
    },

    elmanBackward(operation, h, dsums, dy, dh, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const { derivative } = unaryFunctions[operation];
      for (let b = 0; b < batch; b++) {
        for (let unit = b * hidden; unit < (b + 1) * hidden; unit++) {
          if (ended(memory, lengths, b, t)) {
            heap[dsums + unit] = 0;
            continue;
          }
          const state = heap[h + unit];
          heap[dsums + unit] = (heap[dh + unit] + (dy ? heap[dy + unit] : 0)) * derivative(state, state);
          heap[dh + unit] = 0;
        }
      }
    },
  };
}
