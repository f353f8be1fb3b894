import type { KernelTable } from "../kernel-table.ts";
import { logSumOf } from "./log-sum.ts";
import type { Memory } from "./memory.ts";
import { logistic } from "./unary.ts";

type LossKernels =
  | "softmax"
  | "softmaxBackward"
  | "likeliest"
  | "logSumExp"
  | "logSumExpBackward"
  | "crossEntropy"
  | "crossEntropyBackward"
  | "binaryCrossEntropy"
  | "binaryCrossEntropyBackward";

/** Softmax, and the losses made of logits. */
export function lossKernels(memory: Memory): Pick<KernelTable, LossKernels> {
  return {
    softmax(x, y, m, n, logarithm) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const logSum = logSumOf(heap, x + i * n, n);
        for (let j = i * n; j < (i + 1) * n; j++) {
          const logProbability = heap[x + j] - logSum;
          heap[y + j] = logarithm ? logProbability : Math.exp(logProbability);
        }
      }
    },

    // softmax: dx ← dx + y∘(dy − Σ dy∘y).  Its logarithm: dx ← dx + dy − exp(y)·Σ dy.
    softmaxBackward(y, dy, dx, m, n, logarithm) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        let sum = 0;
        for (let j = i * n; j < (i + 1) * n; j++) sum += heap[dy + j] * (logarithm ? 1 : heap[y + j]);
        for (let j = i * n; j < (i + 1) * n; j++) {
          heap[dx + j] += logarithm
            ? heap[dy + j] - Math.exp(heap[y + j]) * sum
            : heap[y + j] * (heap[dy + j] - sum);
        }
      }
    },

    likeliest(x, logs, places, m, n, count) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const logSum = logSumOf(heap, x + i * n, n);
        const falling = Array.from({ length: n }, (_, j) => j).sort(
          (one, other) => heap[x + i * n + other] - heap[x + i * n + one] || one - other,
        );
        for (let rank = 0; rank < count; rank++) {
          heap[logs + i * count + rank] = heap[x + i * n + falling[rank]] - logSum;
          memory.ints()[places + i * count + rank] = falling[rank];
        }
      }
    },

    logSumExp(x, y, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const most = Math.max(...heap.subarray(x + i * n, x + (i + 1) * n));
        heap[y + i] = Number.isFinite(most) ? logSumOf(heap, x + i * n, n) : most;
      }
    },

    // dx ← dx + dy·exp(x − y).
    logSumExpBackward(x, y, dy, dx, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        if (Math.abs(heap[y + i]) === Number.POSITIVE_INFINITY) continue;
        for (let j = i * n; j < (i + 1) * n; j++)
          heap[dx + j] += heap[dy + i] * Math.exp(heap[x + j] - heap[y + i]);
      }
    },

    crossEntropy(logits, targets, losses, logSums, ignoreIndex, smoothing, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const logSum = logSumOf(heap, logits + i * n, n);
        const target = memory.ints()[targets + i];
        heap[logSums + i] = logSum;
        let loss = 0;
        if (target !== ignoreIndex) loss = (1 - smoothing) * (logSum - heap[logits + i * n + target]);
        // A share of nothing is nothing, even of a class that a logit of −∞ rules out.
        if (target !== ignoreIndex && smoothing > 0) {
          for (let j = 0; j < n; j++) loss += (smoothing / n) * (logSum - heap[logits + i * n + j]);
        }
        heap[losses + i] = loss;
      }
    },

    crossEntropyBackward(
      logits,
      targets,
      logSums,
      dlosses,
      dlogits,
      ignoreIndex,
      smoothing,
      m,
      n,
      accumulate,
    ) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const target = memory.ints()[targets + i];
        const dloss = target === ignoreIndex ? 0 : heap[dlosses + i];
        for (let j = 0; j < n; j++) {
          const entry = i * n + j;
          const probability = Math.exp(heap[logits + entry] - heap[logSums + i]);
          const smoothed = (j === target ? 1 - smoothing : 0) + smoothing / n;
          heap[dlogits + entry] = (accumulate ? heap[dlogits + entry] : 0) + dloss * (probability - smoothed);
        }
      }
    },

    binaryCrossEntropy(logits, targets, losses, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const x = heap[logits + i];
        heap[losses + i] = Math.max(x, 0) - x * heap[targets + i] + Math.log1p(Math.exp(-Math.abs(x)));
      }
    },

    binaryCrossEntropyBackward(logits, targets, dlosses, dlogits, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        heap[dlogits + i] += heap[dlosses + i] * (logistic(heap[logits + i]) - heap[targets + i]);
      }
    },
  };
}
