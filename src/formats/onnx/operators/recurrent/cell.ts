import type { Kernels } from "../../../../kernels/contract.ts";
import type { GATE_LAYOUTS, GatedCell } from "../../../gate-layouts.ts";
import type { Activations } from "./activations.ts";

/** Options of a node that its cell needs. */
export interface CellOptions {
  readonly activations: Activations;
  /** Bound of what enters an activation; 0 for none. */
  readonly clip: number;
  /** Whether f = 1 − i. */
  readonly coupled: boolean;
  /** Whether the reset gate comes after the product. */
  readonly resetAfter: boolean;
}

/** What one step reads and writes: offsets into the heap. */
export interface CellStep {
  /** x·W + b [B, G·H]. */
  readonly sums: number;
  /** Room for h·R apart [B, G·H], and for r∘h [B, H]. */
  readonly recurrent: number;
  readonly gated: number;
  readonly hBefore: number;
  readonly h: number;
  readonly cBefore: number;
  readonly c: number;
  /** 0: all rows are read at every step. */
  readonly lengths: number;
  readonly t: number;
  readonly batch: number;
  readonly hidden: number;
  /** Constants of the node in the heap; 0 where it has none. */
  readonly activations: number;
  readonly peepholes: number;
  readonly biasHh: number;
  /** Multiplies h, or r∘h, [B, H] with columns of Rᵀ and adds the product to, or puts it at, a place whose rows are G·H apart. */
  multiply(product: number, from: number, bias: number, to: number, accumulate: 0 | 1): void;
}

/** What distinguishes RNN, GRU and LSTM. */
export interface OnnxCell {
  readonly layout: (typeof GATE_LAYOUTS.onnx)[keyof typeof GATE_LAYOUTS.onnx];
  readonly gated: GatedCell;
  /** G. */
  readonly gates: number;
  readonly hasCellState: boolean;
  /** Whether the recurrent bias is added with the recurrent product and not with the input's. */
  readonly splitsBias: boolean;
  /** Which of our gate blocks each recurrent product of a step makes: one for all, or one that must wait for another. */
  readonly products: readonly (readonly [first: number, end: number])[];
  step(kernels: Kernels, step: CellStep): void;
}
