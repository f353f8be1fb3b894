import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type Slope = (a: number, b: number, dy: number) => number;

interface BinaryFunction {
  readonly value: (a: number, b: number) => number;
  /** dy·∂f/∂a and dy·∂f/∂b, where somebody asks for them. */
  readonly slopes?: readonly [Slope, Slope];
}

/** The functions of `binary` by their number in the contract. */
const binaryFunctions: readonly BinaryFunction[] = [
  { value: (a, b) => a + b },
  { value: (a, b) => a - b },
  { value: (a, b) => a * b, slopes: [(_, b, dy) => dy * b, (a, _, dy) => dy * a] },
  { value: (a, b) => a / b, slopes: [(_, b, dy) => dy / b, (a, b, dy) => (-dy * (a / b)) / b] },
  { value: Math.max, slopes: [(a, b, dy) => (a >= b ? dy : 0), (a, b, dy) => (a >= b ? 0 : dy)] },
  { value: Math.min, slopes: [(a, b, dy) => (a <= b ? dy : 0), (a, b, dy) => (a <= b ? 0 : dy)] },
  {
    value: (a, b) => a ** b,
    slopes: [
      (a, b, dy) => (b === 0 ? 0 : dy * b * a ** (b - 1)),
      (a, b, dy) => (a === 0 ? 0 : dy * a ** b * Math.log(a)),
    ],
  },
  { value: (a, b) => (a > b ? 1 : 0) },
  { value: (a, b) => (a >= b ? 1 : 0) },
  { value: (a, b) => (a === b ? 1 : 0) },
  { value: (a, b) => (b === 0 ? 0 : a), slopes: [(_, b, dy) => (b === 0 ? 0 : dy), () => 0] },
];

/** Two operands entry by entry, and how the result depends on each. */
export function binaryKernels(memory: Memory): Pick<KernelTable, "binary" | "binarySlopes"> {
  return {
    binary(operation, a, aRow, aCol, b, bRow, bCol, y, m, n) {
      const heap = memory.floats();
      const { value } = binaryFunctions[operation];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++)
          heap[y + i * n + j] = value(heap[a + i * aRow + j * aCol], heap[b + i * bRow + j * bCol]);
      }
    },

    binarySlopes(operation, operand, a, aRow, aCol, b, bRow, bCol, dy, slopes, m, n) {
      const heap = memory.floats();
      const slope = binaryFunctions[operation].slopes![operand];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const [x, z] = [heap[a + i * aRow + j * aCol], heap[b + i * bRow + j * bCol]];
          heap[slopes + i * n + j] = slope(x, z, heap[dy + i * n + j]);
        }
      }
    },
  };
}
