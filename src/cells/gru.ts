// r, z = σ(W_ih x + b_ih + W_hh h + b_hh)       gates in the order r z n
// n = tanh(W_in x + b_in + r∘(W_hn h + b_hn))   h′ = (1 − z)∘n + z∘h
// Cho et al. 2014, with the reset gate after the recurrent product (cuDNN, PyTorch); gated.ts has the one before it.
import { flagOption } from "../options/option.ts";
import type { Device } from "../tensor/device.ts";
import { type Activation, activationTriples, forwardOnlyReason } from "./activation.ts";
import { activationsOption } from "./activation-option.ts";
import { gatedCell } from "./gated.ts";
import { gateParameters } from "./parameters.ts";
import { type BoundCell, defineCell } from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

export const gru = defineCell({
  kind: "gru",
  name: "GRU",
  source: "Cho et al. 2014",
  options: {
    resetAfter: flagOption({
      default: true,
      help: "whether the reset gate acts on the recurrent product (PyTorch, cuDNN), or on the h that it reads (Cho et al. 2014)",
    }),
    activations: activationsOption({
      default: ["sigmoid", "tanh"],
      help: "of the gates and of the candidate",
    }),
  },
  shape: ({ activations: [gate, candidate], resetAfter, ...sizes }) => ({
    gates: ["r", "z", "n"],
    activations: { r: gate, z: gate, n: candidate },
    states: [{ name: "h", width: sizes.hiddenSize }],
    outputSize: sizes.hiddenSize,
    recurrent: resetAfter ? "apart" : "gated",
    parameters: gateParameters({ ...sizes, gates: 3 }),
    scratch: resetAfter ? [] : [{ name: "dmix", width: sizes.hiddenSize }],
  }),
  bind(device, options, call): BoundCell {
    const { resetAfter, activations, gateClip } = options;
    if (!resetAfter) return gatedCell(device, call, 3, options);
    const isPlain = gateClip === undefined && `${activations}` === "sigmoid,tanh";
    return isPlain ? plain(device) : variant(device, call, activations, gateClip ?? 0);
  },
  equations({ resetAfter, activations: [, candidate], gateClip }, functionOf) {
    const tanh = functionOf(candidate, gateClip);
    return [
      resetAfter
        ? {
            makes: "n",
            of: ["r"],
            unit:
              ({ nSum, r, nRecurrent }) =>
              (u) =>
                tanh(nSum[u] + r[u] * nRecurrent[u]),
          }
        : {
            makes: "gated",
            of: ["r"],
            unit:
              ({ r, hRead }) =>
              (u) =>
                r[u] * hRead[u],
          },
      {
        makes: "h",
        of: ["z", "n"],
        letters: "(1 − z) × n + z × h",
        unit:
          ({ z, n, hBefore }) =>
          (u) =>
            n[u] + z[u] * (hBefore[u] - n[u]),
      },
    ];
  },
});

function plain({ kernels }: Device): BoundCell {
  return {
    forward({ sums, recurrent, h, lengths, t, batch, hidden }: Step<"h">) {
      kernels.gruForward(sums, recurrent, h.before, h.made, lengths, t, batch, hidden);
    },
    backward(
      { sums, recurrent, h, lengths, t, batch, hidden }: Step<"h">,
      { dy, states }: StepGradients<"h">,
    ) {
      kernels.gruBackward(sums, recurrent, h.before, dy, states.h, lengths, t, batch, hidden);
    },
  };
}

/** With any activations and bounds of its sums. */
function variant(
  device: Device,
  call: string,
  activations: readonly Activation[],
  gateClip: number,
): BoundCell {
  const { kernels } = device;
  const triples = activationTriples(device, call, activations, 2);
  return {
    forwardOnly: forwardOnlyReason(call, activations),
    forward({ sums, recurrent, h, lengths, t, batch, hidden }: Step<"h">) {
      kernels.gruVariantForward(
        sums,
        recurrent,
        h.before,
        h.made,
        triples.offset,
        gateClip,
        lengths,
        t,
        batch,
        hidden,
      );
    },
    backward(
      { sums, recurrent, h, lengths, t, batch, hidden }: Step<"h">,
      { dy, states }: StepGradients<"h">,
    ) {
      kernels.gruVariantBackward(
        sums,
        recurrent,
        h.before,
        dy,
        states.h,
        triples.offset,
        gateClip,
        lengths,
        t,
        batch,
        hidden,
      );
    },
  };
}
