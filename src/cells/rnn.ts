// h′ = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh unless another is named. Elman 1990.
import { unaryOperations } from "../tensor/operations/unary-operations.ts";
import { activationTriples, forwardOnlyReason } from "./activation.ts";
import { activationOption } from "./activation-option.ts";
import { gateParameters } from "./parameters.ts";
import { type BoundCell, defineCell } from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

export const rnn = defineCell({
  kind: "rnn",
  name: "RNN",
  source: "Elman 1990",
  options: {
    nonlinearity: activationOption({
      default: "tanh",
      placeholder: "kind",
      help: "activation of its sums",
    }),
  },
  shape: ({ nonlinearity, ...sizes }) => ({
    gates: ["h"],
    activations: { h: nonlinearity },
    states: [{ name: "h", width: sizes.hiddenSize }],
    outputSize: sizes.hiddenSize,
    recurrent: "added",
    parameters: gateParameters({ ...sizes, gates: 1 }),
  }),
  bind(device, { nonlinearity, gateClip = 0 }, call): BoundCell {
    const { kernels } = device;
    if (gateClip === 0 && (nonlinearity === "tanh" || nonlinearity === "relu"))
      return plain(kernels, unaryOperations[nonlinearity]);
    const triples = activationTriples(device, call, [nonlinearity], 1);
    return {
      forwardOnly: forwardOnlyReason(call, [nonlinearity]),
      forward({ sums, h, lengths, t, batch, hidden }: Step<"h">) {
        const { offset } = triples;
        kernels.elmanVariantForward(sums, h.kept, h.made, offset, gateClip, lengths, t, batch, hidden);
      },
      backward({ sums, h, lengths, t, batch, hidden }: Step<"h">, { dy, states }: StepGradients<"h">) {
        const { offset } = triples;
        kernels.elmanVariantBackward(h.made, sums, dy, states.h, offset, gateClip, lengths, t, batch, hidden);
      },
    };
  },
  equations: () => [],
});

function plain(kernels: Step["device"]["kernels"], operation: number): BoundCell {
  return {
    forward({ sums, h, lengths, t, batch, hidden }: Step<"h">) {
      kernels.elmanForward(operation, sums, h.kept, h.made, lengths, t, batch, hidden);
    },
    backward({ sums, h, lengths, t, batch, hidden }: Step<"h">, { dy, states }: StepGradients<"h">) {
      kernels.elmanBackward(operation, h.made, sums, dy, states.h, lengths, t, batch, hidden);
    },
  };
}
