import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** Calls visit(place in x, place in y) for each entry that a layout of `gatherSteps` shows, in y's order. */
function overSteps(
  memory: Memory,
  layout: number,
  rank: number,
  visit: (inX: number, inY: number) => void,
): void {
  const numbers = Array.from(memory.ints().subarray(layout, layout + 2 * rank));
  const [lengths, steps] = [numbers.slice(0, rank), numbers.slice(rank)];
  let next = 0;
  const descend = (axis: number, place: number) => {
    if (axis === rank) return visit(place, next++);
    for (let index = 0; index < lengths[axis]; index++) descend(axis + 1, place + index * steps[axis]);
  };
  descend(0, 0);
}

/** Entries at even steps along each axis, and back. */
export function stepKernels(memory: Memory): Pick<KernelTable, "gatherSteps" | "scatterAddSteps"> {
  return {
    gatherSteps(x, layout, y, rank, accumulate) {
      const heap = memory.floats();
      overSteps(memory, layout, rank, (inX, inY) => {
        heap[y + inY] = (accumulate ? heap[y + inY] : 0) + heap[x + inX];
      });
    },

    scatterAddSteps(y, layout, x, rank) {
      const heap = memory.floats();
      overSteps(memory, layout, rank, (inX, inY) => {
        heap[x + inX] += heap[y + inY];
      });
    },
  };
}
