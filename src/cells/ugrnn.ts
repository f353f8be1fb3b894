// g = σ(W_ig x + b_ig + W_hg h + b_hg)    n = tanh(W_in x + b_in + W_hn h + b_hn)    h′ = g∘h + (1 − g)∘n    gates in the order g n
// Update-gate RNN; Collins, Sohl-Dickstein & Sussillo 2017, who call n c.
import { gateParameters } from "./parameters.ts";
import { type BoundCell, defineCell } from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

export const ugrnn = defineCell({
  kind: "ugrnn",
  name: "UGRNN",
  source: "Collins, Sohl-Dickstein & Sussillo 2017",
  options: {},
  problem: ({ gateClip }) =>
    gateClip === undefined ? undefined : `gateClip is ${gateClip}, needed none: this cell has no bounds`,
  shape: (sizes) => ({
    gates: ["g", "n"],
    activations: { g: "sigmoid", n: "tanh" },
    states: [{ name: "h", width: sizes.hiddenSize }],
    outputSize: sizes.hiddenSize,
    recurrent: "added",
    parameters: gateParameters({ ...sizes, gates: 2 }),
  }),
  bind: ({ kernels }): BoundCell => ({
    forward({ sums, h, lengths, t, batch, hidden }: Step<"h">) {
      kernels.ugrnnForward(sums, h.before, h.made, lengths, t, batch, hidden);
    },
    backward({ sums, h, lengths, t, batch, hidden }: Step<"h">, { dy, states }: StepGradients<"h">) {
      kernels.ugrnnBackward(sums, h.before, dy, states.h, lengths, t, batch, hidden);
    },
  }),
  equations: () => [
    {
      makes: "h",
      of: ["g", "n"],
      letters: "g × h + (1 − g) × n",
      unit:
        ({ g, n, hBefore }) =>
        (u) =>
          n[u] + g[u] * (hBefore[u] - n[u]),
    },
  ],
});
