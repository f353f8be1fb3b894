// i, f, o = σ(W_ih x + b_ih + W_hh h + b_hh)    g = tanh(…)    gates in the order i f g o
// c′ = f∘c + i∘g                                h′ = o∘tanh(c′)
// Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000. Backward: see kernels/gates.h.
import type { Cell } from "./cell.ts";

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
  backward({ kernels }, step, dy, { dh, dc }) {
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
