// Cells whose candidate reads a gated h, so that a step has two products:
// GRU with the reset gate before the recurrent product (Cho et al. 2014; ONNX's default), gates r z n
//   r, z = σ(W_ih x + b_ih + W_hh h + b_hh)    n = tanh(W_in x + b_in + W_hn (r∘h) + b_hn)    h′ = (1 − z)∘n + z∘h
// minimal gated unit (Zhou et al. 2016), gates f n
//   f = σ(W_ih x + b_ih + W_hh h + b_hh)       n = tanh(W_in x + b_in + W_hn (f∘h) + b_hn)    h′ = (1 − f)∘h + f∘n
import type { Device } from "../tensor/device.ts";
import { activationTriples, forwardOnlyReason } from "./activation.ts";
import type { Cell } from "./cell.ts";
import { requireBound } from "./recurrent-checks.ts";
import type { GRUOptions, MGUOptions } from "./recurrent-options.ts";

/** The minimal gated unit. */
export function mguCell(device: Device, name: string, options: MGUOptions): Cell {
  requireBound(name, "gateClip", options.gateClip);
  return gatedCell(device, name, 2, options);
}

/** A cell of G blocks, of which the last reads gated h: 3 is the GRU, 2 the minimal gated unit. */
export function gatedCell(
  device: Device,
  name: string,
  gates: 2 | 3,
  options: Pick<GRUOptions, "activations" | "gateClip">,
): Cell {
  const { gateClip = 0, activations = ["sigmoid", "tanh"] } = options;
  const triples = activationTriples(device, name, activations, 2);
  return {
    gates,
    hasCellState: false,
    splitsSums: false,
    forwardOnly: forwardOnlyReason(name, activations),
    gate: {
      forward({ kernels }, { sums, hRead, gated, lengths, t, batch, hidden }) {
        kernels.gatedForward(sums, hRead, gated, triples.offset, gateClip, gates, lengths, t, batch, hidden);
      },
      backward({ kernels }, { sums, hRead, lengths, t, batch, hidden }, { dgated, dmix, dhRead }) {
        kernels.gatedBackward(
          sums,
          hRead,
          dgated,
          dmix,
          dhRead,
          triples.offset,
          gateClip,
          gates,
          lengths,
          t,
          batch,
          hidden,
        );
      },
    },
    forward({ kernels }, { sums, hBefore, h, lengths, t, batch, hidden }) {
      kernels.gatedCandidateForward(
        sums,
        hBefore,
        h,
        triples.offset,
        gateClip,
        gates,
        lengths,
        t,
        batch,
        hidden,
      );
    },
    backward({ kernels }, { sums, hBefore, lengths, t, batch, hidden }, dy, { dh, dmix }) {
      kernels.gatedCandidateBackward(
        sums,
        hBefore,
        dy,
        dh,
        dmix,
        triples.offset,
        gateClip,
        gates,
        lengths,
        t,
        batch,
        hidden,
      );
    },
  };
}
