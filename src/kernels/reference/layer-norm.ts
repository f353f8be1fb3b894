import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/**
 * With x̂ = (x − mean)/√(variance + ε) over each row (Ba, Kiros & Hinton 2016):
 *
 *     y ← x̂∘weight + bias
 *
 * Backward, with dx̂ = dy∘weight and means over the row:
 *
 *     dx ← dx + (dx̂ − mean(dx̂) − x̂∘mean(dx̂∘x̂))/√(variance + ε)    dweight ← dweight + Σ dy∘x̂    dbias ← dbias + Σ dy
 */
export function layerNormKernels(memory: Memory): Pick<KernelTable, "layerNorm" | "layerNormBackward"> {
  return {
    layerNorm(x, weight, bias, y, statistics, epsilon, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const row = x + i * n;
        let mean = 0;
        for (let j = 0; j < n; j++) mean += heap[row + j] / n;
        let variance = 0;
        for (let j = 0; j < n; j++) variance += (heap[row + j] - mean) ** 2 / n;
        const inverse = 1 / Math.sqrt(variance + epsilon);
        for (let j = 0; j < n; j++) {
          heap[y + i * n + j] = (heap[row + j] - mean) * inverse * heap[weight + j] + heap[bias + j];
        }
        heap[statistics + 2 * i] = mean;
        heap[statistics + 2 * i + 1] = inverse;
      }
    },

    layerNormBackward(x, weight, statistics, dy, dx, dweight, dbias, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        const mean = heap[statistics + 2 * i];
        const inverse = heap[statistics + 2 * i + 1];
        let meanGradient = 0;
        let meanProduct = 0;
        for (let j = 0; j < n; j++) {
          const normal = (heap[x + i * n + j] - mean) * inverse;
          const dyEntry = heap[dy + i * n + j];
          heap[dweight + j] += dyEntry * normal;
          heap[dbias + j] += dyEntry;
          meanGradient += (dyEntry * heap[weight + j]) / n;
          meanProduct += (dyEntry * heap[weight + j] * normal) / n;
        }
        for (let j = 0; j < n; j++) {
          const normal = (heap[x + i * n + j] - mean) * inverse;
          const dNormal = heap[dy + i * n + j] * heap[weight + j];
          heap[dx + i * n + j] += inverse * (dNormal - meanGradient - normal * meanProduct);
        }
      }
    },
  };
}
