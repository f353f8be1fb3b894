import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** σ(x) = 1 / (1 + exp(−x)). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

interface UnaryFunction {
  readonly value: (x: number) => number;
  /** f′ at x, where y = f(x). */
  readonly derivative: (x: number, y: number) => number;
}

/** The functions of `unary` by their number in the contract. */
export const unaryFunctions: readonly UnaryFunction[] = [
  { value: (x) => x, derivative: () => 1 },
  { value: Math.exp, derivative: (_, y) => y },
  { value: Math.tanh, derivative: (_, y) => 1 - y * y },
  { value: logistic, derivative: (_, y) => y * (1 - y) },
  { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : 0) },
  { value: Math.log, derivative: (x) => 1 / x },
  { value: Math.sqrt, derivative: (_, y) => 0.5 / y },
  { value: (x) => -x, derivative: () => -1 },
  { value: (x) => x * x, derivative: (x) => 2 * x },
  { value: (x) => 1 / x, derivative: (_, y) => -y * y },
  { value: Math.abs, derivative: Math.sign },
];

/** y ← f(x). Backward: dx ← dx + dy∘f′(x). */
export function unaryKernels(memory: Memory): Pick<KernelTable, "unary" | "unaryBackward"> {
  return {
    unary(operation, x, y, n) {
      const heap = memory.floats();
      const { value } = unaryFunctions[operation];
      for (let i = 0; i < n; i++) heap[y + i] = value(heap[x + i]);
    },

    unaryBackward(operation, x, y, dy, dx, n) {
      const heap = memory.floats();
      const { derivative } = unaryFunctions[operation];
      for (let i = 0; i < n; i++) heap[dx + i] += heap[dy + i] * derivative(heap[x + i], heap[y + i]);
    },
  };
}
