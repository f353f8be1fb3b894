// Cells whose candidate reads a gated h, so that a step has two products:
// GRU with the reset gate before the recurrent product (Cho et al. 2014; ONNX's default), gates r z n
//   r, z = σ(W_ih x + b_ih + W_hh h + b_hh)    n = tanh(W_in x + b_in + W_hn (r∘h) + b_hn)    h′ = (1 − z)∘n + z∘h
// minimal gated unit (Zhou et al. 2016), gates f n
//   f = σ(W_ih x + b_ih + W_hh h + b_hh)       n = tanh(W_in x + b_in + W_hn (f∘h) + b_hn)    h′ = (1 − f)∘h + f∘n
import type { Device } from "../tensor/device.ts";
import { type Activation, activationTriples, forwardOnlyReason } from "./activation.ts";
import type { BoundCell } from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

/** A cell of G blocks, of which the last reads gated h: 3 is the GRU, 2 the minimal gated unit. Its scratch is `dmix` [H]. */
export function gatedCell(
  device: Device,
  call: string,
  gates: 2 | 3,
  {
    gateClip = 0,
    activations,
  }: { readonly gateClip: number | undefined; readonly activations: readonly Activation[] },
): BoundCell {
  const { kernels } = device;
  const triples = activationTriples(device, call, activations, 2);
  type Gradients = StepGradients<"h", "dmix">;
  return {
    forwardOnly: forwardOnlyReason(call, activations),
    gate: {
      forward({ sums, hRead, gated, lengths, t, batch, hidden }: Step<"h">) {
        const { offset } = triples;
        kernels.gatedForward(sums, hRead, gated, offset, gateClip, gates, lengths, t, batch, hidden);
      },
      backward(
        { sums, hRead, lengths, t, batch, hidden }: Step<"h">,
        { dgated, dhRead, scratch: { dmix } }: Gradients,
      ) {
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
    forward({ sums, h, lengths, t, batch, hidden }: Step<"h">) {
      const { offset } = triples;
      kernels.gatedCandidateForward(
        sums,
        h.before,
        h.made,
        offset,
        gateClip,
        gates,
        lengths,
        t,
        batch,
        hidden,
      );
    },
    backward(
      { sums, h, lengths, t, batch, hidden }: Step<"h">,
      { dy, states, scratch: { dmix } }: Gradients,
    ) {
      kernels.gatedCandidateBackward(
        sums,
        h.before,
        dy,
        states.h,
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
