// h′ = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh or ReLU. Elman 1990.

import { unaryOperations } from "../tensor/operations/functions.ts";
import type { Cell } from "./cell.ts";

/** What an Elman cell squashes its sums by. */
export type Nonlinearity = "tanh" | "relu";

export function elmanCell(nonlinearity: Nonlinearity): Cell {
  const operation = unaryOperations[nonlinearity];
  return {
    gates: 1,
    hasCellState: false,
    splitsSums: false,
    forward({ kernels }, step) {
      kernels.elmanForward(
        operation,
        step.sums,
        step.hBefore,
        step.h,
        step.lengths,
        step.t,
        step.batch,
        step.hidden,
      );
    },
    backward({ kernels }, step, dy, { dh }) {
      kernels.elmanBackward(
        operation,
        step.h,
        step.sums,
        dy,
        dh,
        step.lengths,
        step.t,
        step.batch,
        step.hidden,
      );
    },
  };
}
