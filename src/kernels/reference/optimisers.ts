import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** One update of the weights w from their gradient g, each as its equations stand in the kernel contract. */
export function optimiserKernels(memory: Memory): Pick<KernelTable, "sgd" | "adam" | "rmsprop"> {
  return {
    sgd(w, g, velocity, learningRate, momentum, weightDecay, nesterov, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const gradient = heap[g + i] + weightDecay * heap[w + i];
        let step = gradient;
        if (momentum !== 0) {
          const speed = momentum * heap[velocity + i] + gradient;
          heap[velocity + i] = speed;
          step = nesterov ? gradient + momentum * speed : speed;
        }
        heap[w + i] -= learningRate * step;
      }
    },

    // m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w − learningRate·(m/correction1)/(√(v/correction2) + ε)
    adam(
      w,
      g,
      mean,
      square,
      learningRate,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      decoupled,
      correction1,
      correction2,
      n,
    ) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const gradient = heap[g + i] + (decoupled ? 0 : weightDecay * heap[w + i]);
        const decayed = heap[w + i] * (decoupled ? 1 - learningRate * weightDecay : 1);
        const first = beta1 * heap[mean + i] + (1 - beta1) * gradient;
        const second = beta2 * heap[square + i] + (1 - beta2) * gradient * gradient;
        heap[mean + i] = first;
        heap[square + i] = second;
        heap[w + i] =
          decayed - (learningRate * (first / correction1)) / (Math.sqrt(second / correction2) + epsilon);
      }
    },

    rmsprop(w, g, square, velocity, learningRate, alpha, epsilon, momentum, weightDecay, n) {
      const heap = memory.floats();
      for (let i = 0; i < n; i++) {
        const gradient = heap[g + i] + weightDecay * heap[w + i];
        const second = alpha * heap[square + i] + (1 - alpha) * gradient * gradient;
        heap[square + i] = second;
        let step = gradient / (Math.sqrt(second) + epsilon);
        if (momentum !== 0) {
          step += momentum * heap[velocity + i];
          heap[velocity + i] = step;
        }
        heap[w + i] -= learningRate * step;
      }
    },
  };
}
