// Minimal gated unit (Zhou et al. 2016); the equations stand in gated.ts.
import { activationsOption } from "./activation-option.ts";
import { gatedCell } from "./gated.ts";
import { gateParameters } from "./parameters.ts";
import { defineCell } from "./spec.ts";

export const mgu = defineCell({
  kind: "mgu",
  name: "MGU",
  source: "Zhou et al. 2016",
  options: {
    activations: activationsOption({
      default: ["sigmoid", "tanh"],
      help: "of the gate and of the candidate",
    }),
  },
  shape: ({ activations: [f, n], ...sizes }) => ({
    gates: ["f", "n"],
    activations: { f, n },
    forgetGate: "f",
    states: [{ name: "h", width: sizes.hiddenSize }],
    outputSize: sizes.hiddenSize,
    recurrent: "gated",
    parameters: gateParameters({ ...sizes, gates: 2 }),
    scratch: [{ name: "dmix", width: sizes.hiddenSize }],
  }),
  bind: (device, options, call) => gatedCell(device, call, 2, options),
  equations: () => [
    {
      makes: "gated",
      of: ["f"],
      unit:
        ({ f, hRead }) =>
        (u) =>
          f[u] * hRead[u],
    },
    {
      makes: "h",
      of: ["f", "n"],
      letters: "(1 − f) × h + f × n",
      unit:
        ({ f, n, hBefore }) =>
        (u) =>
          hBefore[u] + f[u] * (n[u] - hBefore[u]),
    },
  ],
});
