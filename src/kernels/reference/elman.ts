import type { KernelTable } from "../kernel-table.ts";
import { activationAt } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";
import { unaryFunctions } from "./unary.ts";

/** The arguments behind the operation. */
type Places<Kernel> = Kernel extends (operation: never, ...places: infer Rest) => void ? Rest : never;

/** h ← f(sums) (Elman 1990), f being tanh, relu or any activation. Backward: dsums ← (dh + dy)∘f′, which follows from h alone. */
export function elmanKernels(
  memory: Memory,
): Pick<KernelTable, "elmanForward" | "elmanBackward" | "elmanVariantForward" | "elmanVariantBackward"> {
  const forward = (
    value: (x: number) => number,
    [sums, hPrevious, h, lengths, t, batch, hidden]: Places<KernelTable["elmanForward"]>,
  ) => {
    const heap = memory.floats();
    for (let b = 0; b < batch; b++) {
      for (let unit = b * hidden; unit < (b + 1) * hidden; unit++) {
        const over = ended(memory, lengths, b, t);
        heap[h + unit] = over ? heap[hPrevious + unit] : value(heap[sums + unit]);
      }
    }
  };
  const backward = (
    slope: (y: number) => number,
    [h, dsums, dy, dh, lengths, t, batch, hidden]: Places<KernelTable["elmanBackward"]>,
  ) => {
    const heap = memory.floats();
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
  };
  return {
    elmanForward(operation, ...places) {
      forward(unaryFunctions[operation].value, places);
    },

    elmanBackward(operation, ...places) {
      const { derivative } = unaryFunctions[operation];
      backward((y) => derivative(y, y), places);
    },

    elmanVariantForward(sums, hPrevious, h, activations, gateClip, ...rows) {
      forward(activationAt(memory, activations, 0, gateClip).value, [sums, hPrevious, h, ...rows]);
    },

    elmanVariantBackward(h, dsums, dy, dh, activations, gateClip, ...rows) {
      backward(activationAt(memory, activations, 0, gateClip).slope, [h, dsums, dy, dh, ...rows]);
    },
  };
}
