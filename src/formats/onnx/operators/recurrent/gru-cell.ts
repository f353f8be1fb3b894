// z = f(x·Wzᵀ + h·Rzᵀ + Wbz + Rbz)    r likewise    h′ = (1 − z)∘n + z∘h    (ONNX GRU)
// linear_before_reset 0: n = g(x·Whᵀ + (r∘h)·Rhᵀ + Rbh + Wbh)    (Cho et al. 2014)
// linear_before_reset 1: n = g(x·Whᵀ + r∘(h·Rhᵀ + Rbh) + Wbh)    (cuDNN's)
import { GATE_LAYOUTS } from "../../../gate-layouts.ts";
import type { CellOptions, OnnxCell } from "./cell.ts";

export function gruCell(options: CellOptions): OnnxCell {
  return options.resetAfter ? resetAfter(options) : resetBefore(options);
}

function resetAfter({ activations, clip }: CellOptions): OnnxCell {
  const [gate, candidate] = activations.names;
  const tuned = clip === 0 && gate === "sigmoid" && candidate === "tanh";
  return {
    layout: GATE_LAYOUTS.onnx.gru,
    gated: "gru",
    gates: 3,
    hasCellState: false,
    splitsBias: true,
    products: [[0, 3]],
    step(kernels, step) {
      const { sums, recurrent, hBefore, h, lengths, t, batch, hidden } = step;
      step.multiply(0, hBefore, step.biasHh, recurrent, 0);
      if (tuned) kernels.gruForward(sums, recurrent, hBefore, h, lengths, t, batch, hidden);
      else
        kernels.gruVariantForward(
          sums,
          recurrent,
          hBefore,
          h,
          step.activations,
          clip,
          lengths,
          t,
          batch,
          hidden,
        );
    },
  };
}

function resetBefore({ clip }: CellOptions): OnnxCell {
  return {
    layout: GATE_LAYOUTS.onnx.gru,
    gated: "gru",
    gates: 3,
    hasCellState: false,
    splitsBias: false,
    products: [
      [0, 2],
      [2, 3],
    ],
    step(kernels, step) {
      const { sums, gated, hBefore, h, lengths, t, batch, hidden } = step;
      step.multiply(0, hBefore, 0, sums, 1);
      kernels.gatedForward(sums, hBefore, gated, step.activations, clip, 3, lengths, t, batch, hidden);
      step.multiply(1, gated, 0, sums + 2 * hidden, 1);
      kernels.gatedCandidateForward(sums, hBefore, h, step.activations, clip, 3, lengths, t, batch, hidden);
    },
  };
}
