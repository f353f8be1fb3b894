// h′ = f(x·Wᵀ + h·Rᵀ + Wb + Rb)    (ONNX RNN; Elman 1990)
import { GATE_LAYOUTS } from "../../../gate-layouts.ts";
import type { CellOptions, OnnxCell } from "./cell.ts";

/** The kernels' numbers for `unary`. */
const UNARY_TANH = 2;
const UNARY_RELU = 4;

export function rnnCell({ activations, clip }: CellOptions): OnnxCell {
  const [name] = activations.names;
  const tuned = clip === 0 && (name === "tanh" || name === "relu");
  const operation = name === "tanh" ? UNARY_TANH : UNARY_RELU;
  return {
    layout: GATE_LAYOUTS.onnx.rnn,
    gated: "rnn",
    gates: 1,
    hasCellState: false,
    splitsBias: false,
    products: [[0, 1]],
    step(kernels, step) {
      const { sums, hBefore, h, lengths, t, batch, hidden } = step;
      step.multiply(0, hBefore, 0, sums, 1);
      if (tuned) kernels.elmanForward(operation, sums, hBefore, h, lengths, t, batch, hidden);
      else kernels.elmanVariantForward(sums, hBefore, h, step.activations, clip, lengths, t, batch, hidden);
    },
  };
}
