// h′ = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh or ReLU. Elman 1990.

import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { unaryOperations } from "../tensor/operations/functions.ts";
import type { Cell } from "./cell.ts";
import type { RNNOptions } from "./recurrent-options.ts";

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
    backward({ kernels }, step, { dy, dh }) {
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

/** The cell that options ask for. */
export function elmanCellOf(_: Device, name: string, options: RNNOptions): Cell {
  const { nonlinearity = "tanh", gateClip } = options;
  if (gateClip || (nonlinearity !== "tanh" && nonlinearity !== "relu"))
    throw new UnrolledError("invalid-argument", `${name}: not with these kernels`);
  return elmanCell(nonlinearity);
}
