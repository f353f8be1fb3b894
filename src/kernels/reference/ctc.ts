import type { KernelTable } from "../kernel-table.ts";
import { logSum, logSumOf } from "./log-sum.ts";
import type { Memory } from "./memory.ts";

/**
 * Connectionist temporal classification (Graves et al. 2006) over the states l′ of an alignment: blank, first label, blank, …, blank.
 * α(t, s) = ln Σ over s′ that lead to s of e^α(t−1, s′), plus ln y(t, l′s); β(t, s) alike from the end, the step's own y left out.
 */
export function ctcKernels(memory: Memory): Pick<KernelTable, "ctcForward" | "ctcBackward"> {
  return {
    ctcForward(logits, row, targets, logSums, alphas, _room, blank, keep, steps, length, n) {
      const heap = memory.floats();
      const states = statesOf(memory.ints(), targets, blank, length);
      let before = states.map((_, s) => (s === 0 ? 0 : -Infinity));
      for (let t = 0; t < steps; t++) {
        const at = logits + t * row;
        const sum = logSumOf(heap, at, n);
        heap[logSums + t] = sum;
        before = states.map((label, s) => {
          // An alignment begins with the first blank or with the first label.
          const isFirst = s <= 1 ? 0 : -Infinity;
          const reached = t === 0 ? isFirst : logSum(leadingTo(states, s, blank).map((from) => before[from]));
          return reached + heap[at + label] - sum;
        });
        if (keep) heap.set(before, alphas + t * (2 * length + 2));
      }
      const ends = steps === 0 ? before.slice(-1) : before.slice(-2);
      return 0 - logSum(ends);
    },

    ctcBackward(logits, row, targets, logSums, alphas, dloss, dlogits, _room, blank, steps, length, n) {
      const heap = memory.floats();
      const states = statesOf(memory.ints(), targets, blank, length);
      let beta = states.map((_, s) => (s >= states.length - 2 ? 0 : -Infinity));
      for (let t = steps - 1; t >= 0; t--) {
        const at = logits + t * row;
        const d = heap[dloss];
        const occupied = beta.map((each, s) => each + heap[alphas + t * (2 * length + 2) + s]);
        const logZ = logSum(occupied);
        for (let j = 0; j < n; j++)
          heap[dlogits + t * row + j] += d * Math.exp(heap[at + j] - heap[logSums + t]);
        for (const [s, label] of states.entries())
          if (logZ !== -Infinity) heap[dlogits + t * row + label] -= d * Math.exp(occupied[s] - logZ);
        const ahead = beta.map((each, s) => each + heap[at + states[s]] - heap[logSums + t]);
        beta = states.map((_, s) =>
          logSum(ahead.filter((_, next) => leadingTo(states, next, blank).includes(s))),
        );
      }
    },
  };
}

/** l′: the class of each state. */
function statesOf(ints: Int32Array | Float64Array, targets: number, blank: number, length: number): number[] {
  return Array.from({ length: 2 * length + 1 }, (_, s) =>
    s % 2 === 0 ? blank : ints[targets + (s - 1) / 2],
  );
}

/** The states from which an alignment comes to state s. */
function leadingTo(states: readonly number[], s: number, blank: number): number[] {
  const skips = s >= 2 && states[s] !== blank && states[s] !== states[s - 2];
  return [s, s - 1, ...(skips ? [s - 2] : [])].filter((each) => each >= 0);
}
