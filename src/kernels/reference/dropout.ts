import { philox } from "../../random/philox.ts";
import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** y ← x∘mask/keep (Srivastava et al. 2014), the mask drawn from Philox at the unit's counter, row, step and place. */
export function dropoutKernels(memory: Memory): Pick<KernelTable, "dropout"> {
  return {
    dropout(x, y, keep, seed, draw, place, firstRow, locked, steps, rows, width, accumulate) {
      const heap = memory.floats();
      const random = new Uint32Array(4);
      for (let t = 0; t < steps; t++) {
        for (let row = 0; row < rows; row++) {
          for (let u = 0; u < width; u++) {
            philox([16 * (u >>> 6) + (u & 15), firstRow + row, locked ? 0 : t, place], [seed, draw], random);
            const kept = random[(u >>> 4) & 3] >>> 8 < keep * 2 ** 24;
            const entry = (t * rows + row) * width + u;
            const before = accumulate ? heap[y + entry] : 0;
            heap[y + entry] = before + heap[x + entry] * (kept ? 1 / keep : 0);
          }
        }
      }
    },
  };
}
