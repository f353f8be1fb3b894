// i = f(x·Wiᵀ + h·Riᵀ + Pi∘c + Wbi + Rbi)    f likewise, or 1 − i    g = g(x·Wcᵀ + h·Rcᵀ + Wbc + Rbc)
// c′ = f∘c + i∘g    o = f(x·Woᵀ + h·Roᵀ + Po∘c′ + Wbo + Rbo)    h′ = o∘h(c′)    (ONNX LSTM)
import { GATE_LAYOUTS } from "../../../gate-layouts.ts";
import type { CellOptions, OnnxCell } from "./cell.ts";

const STANDARD = "sigmoid,tanh,tanh";

/** @param hasPeepholes whether the node is given P */
export function lstmCell({ activations, clip, coupled }: CellOptions, hasPeepholes: boolean): OnnxCell {
  const tuned = clip === 0 && !coupled && !hasPeepholes && activations.names.join() === STANDARD;
  const gates = coupled ? 3 : 4;
  const isCoupled = coupled ? 1 : 0;
  return {
    layout: GATE_LAYOUTS.onnx.lstm,
    gated: coupled ? "coupled-lstm" : "lstm",
    gates,
    hasCellState: true,
    splitsBias: false,
    products: [[0, gates]],
    step(kernels, step) {
      const { sums, hBefore, h, cBefore, c, lengths, t, batch, hidden, peepholes } = step;
      step.multiply(0, hBefore, 0, sums, 1);
      if (tuned) {
        kernels.lstmForward(sums, cBefore, c, hBefore, h, lengths, t, batch, hidden);
        return;
      }
      const { activations: triples } = step;
      kernels.lstmStateForward(
        sums,
        cBefore,
        c,
        peepholes,
        triples,
        clip,
        0,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
      kernels.lstmOutputForward(
        sums,
        c,
        c,
        hBefore,
        h,
        peepholes,
        triples,
        clip,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
    },
  };
}
