import type { KernelTable } from "../kernel-table.ts";
import { logSum, logSumOf } from "./log-sum.ts";
import type { Memory } from "./memory.ts";

type TransducerKernels = "transducerScores" | "transducerAlignments" | "transducerBackward";

/** The sequence transducer (Graves 2012): its equations 16 to 20. */
export function transducerKernels(memory: Memory): Pick<KernelTable, TransducerKernels> {
  return {
    transducerScores(logits, row, targets, logSums, scores, blank, steps, length, n) {
      const heap = memory.floats();
      const places = length + 1;
      for (let t = 0; t < steps; t++)
        for (let u = 0; u < places; u++) {
          const at = logits + t * row + u * n;
          const sum = logSumOf(heap, at, n);
          heap[logSums + t * places + u] = sum;
          const to = scores + t * 2 * places + u;
          heap[to] = heap[at + blank] - sum;
          heap[to + places] = u < length ? heap[at + memory.ints()[targets + u]] - sum : -Infinity;
        }
    },

    transducerAlignments(scores, _alphas, counts, steps, length) {
      const heap = memory.floats();
      const places = length + 1;
      const blank = (t: number, u: number) => heap[scores + t * 2 * places + u];
      const label = (t: number, u: number) => heap[scores + (t * 2 + 1) * places + u];
      const alphas = grid(steps, places);
      for (let t = 0; t < steps; t++)
        for (let u = 0; u < places; u++) {
          const terms = t + u === 0 ? [0] : [];
          if (t > 0) terms.push(alphas[t - 1][u] + blank(t - 1, u));
          if (u > 0) terms.push(alphas[t][u - 1] + label(t, u - 1));
          alphas[t][u] = logSum(terms);
        }
      const logZ = alphas[steps - 1][length] + blank(steps - 1, length);
      if (counts === 0) return 0 - logZ;
      const betas = grid(steps + 1, places);
      betas[steps][length] = 0;
      for (let t = steps - 1; t >= 0; t--)
        for (let u = length; u >= 0; u--) {
          const terms = [betas[t + 1][u] + blank(t, u)];
          if (u < length) terms.push(betas[t][u + 1] + label(t, u));
          betas[t][u] = logSum(terms);
        }
      const countOf = (log: number) => (logZ === -Infinity ? 0 : Math.exp(log - logZ));
      for (let t = 0; t < steps; t++)
        for (let u = 0; u < places; u++) {
          const to = counts + t * 2 * places + u;
          const [byBlank, byLabel] = [blank(t, u), label(t, u)];
          heap[to] = countOf(alphas[t][u] + byBlank + betas[t + 1][u]);
          heap[to + places] = u < length ? countOf(alphas[t][u] + byLabel + betas[t][u + 1]) : 0;
        }
      return 0 - logZ;
    },

    transducerBackward(logits, row, targets, logSums, counts, dloss, dlogits, blank, steps, length, n) {
      const heap = memory.floats();
      const places = length + 1;
      for (let t = 0; t < steps; t++)
        for (let u = 0; u < places; u++) {
          const at = t * row + u * n;
          const byBlank = heap[dloss] * heap[counts + t * 2 * places + u];
          const byLabel = heap[dloss] * heap[counts + (t * 2 + 1) * places + u];
          for (let j = 0; j < n; j++) {
            const probability = Math.exp(heap[logits + at + j] - heap[logSums + t * places + u]);
            heap[dlogits + at + j] += (byBlank + byLabel) * probability;
          }
          heap[dlogits + at + blank] -= byBlank;
          if (u < length) heap[dlogits + at + memory.ints()[targets + u]] -= byLabel;
        }
    },
  };
}

/** [steps, places] of −∞. */
function grid(steps: number, places: number): number[][] {
  return Array.from({ length: steps }, () => new Array<number>(places).fill(-Infinity));
}
