import { normalPair } from "../../random/normal.ts";
import { philox } from "../../random/philox.ts";
import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** y ← x + deviation·ε, ε normal (Graves 2013), two entries of a block of 64 from two words of Philox at their counter. */
export function gaussianNoiseKernels(memory: Memory): Pick<KernelTable, "gaussianNoise"> {
  return {
    gaussianNoise(x, y, deviation, seed, draw, place, n) {
      const heap = memory.floats();
      const random = new Uint32Array(4);
      for (let j = 0; j < n; j++) {
        philox([16 * (j >>> 6) + (j & 15), 0, 0, place], [seed, draw], random);
        const word = (j >>> 4) & 3;
        const pair = normalPair(random[word & 2], random[(word & 2) + 1]);
        heap[y + j] = heap[x + j] + deviation * pair[word & 1];
      }
    },
  };
}
