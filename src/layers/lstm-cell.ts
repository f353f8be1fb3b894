// i, f, o = σ(W_ih x + b_ih + W_hh h + b_hh)    g = tanh(…)    gates in the order i f g o
// c′ = f∘c + i∘g                                h′ = o∘tanh(c′)
// Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000. Backward: see kernels/gates.h.
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import type { Cell } from "./cell.ts";
import type { LSTMOptions } from "./recurrent-options.ts";

export const lstmCell: Cell = {
  gates: 4,
  hasCellState: true,
  splitsSums: false,
  forgetBlock: 1,
  forward({ kernels }, step) {
    kernels.lstmForward(
      step.sums,
      step.cBefore,
      step.c,
      step.hKept,
      step.h,
      step.lengths,
      step.t,
      step.batch,
      step.hidden,
    );
  },
  backward({ kernels }, step, { dy, dh, dc }) {
    kernels.lstmBackward(
      step.sums,
      step.cBefore,
      step.c,
      dy,
      dh,
      dc,
      step.lengths,
      step.t,
      step.batch,
      step.hidden,
    );
  },
};

/** The cell that options ask for. */
export function lstmCellOf(_: Device, name: string, options: LSTMOptions): Cell {
  const { peepholes, coupled, cellClip, gateClip, layerNorm, activations } = options;
  if (peepholes || coupled || cellClip || gateClip || layerNorm || activations)
    throw new UnrolledError("invalid-argument", `${name}: not with these kernels`);
  return lstmCell;
}
