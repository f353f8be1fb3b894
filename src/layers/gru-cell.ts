// r, z = σ(W_ih x + b_ih + W_hh h + b_hh)       gates in the order r z n
// n = tanh(W_in x + b_in + r∘(W_hn h + b_hn))   h′ = (1 − z)∘n + z∘h
// Cho et al. 2014, with the reset gate after the recurrent product (cuDNN, PyTorch).
import type { Cell } from "./cell.ts";

export const gruCell: Cell = {
  gates: 3,
  hasCellState: false,
  splitsSums: true,
  forward({ kernels }, step) {
    kernels.gruForward(
      step.sums,
      step.recurrent,
      step.hBefore,
      step.h,
      step.lengths,
      step.t,
      step.batch,
      step.hidden,
    );
  },
  backward({ kernels }, step, dy, { dh }) {
    kernels.gruBackward(
      step.sums,
      step.recurrent,
      step.hBefore,
      dy,
      dh,
      step.lengths,
      step.t,
      step.batch,
      step.hidden,
    );
  },
};
