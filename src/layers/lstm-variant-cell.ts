// The LSTM with every option: peepholes (Gers & Schmidhuber 2000; Graves 2013), f = 1 − i (Greff et al. 2017), bounds of sums and
// of c, other activations, and layer normalisation (Ba, Kiros & Hinton 2016), of both products and of c on its way out:
//   sums = LN(W_ih x)∘gain + b_ih + LN(W_hh h)∘gain + b_hh    c′ = f∘c + i∘g    h′ = o∘tanh(LN(c′)∘gain + bias)
// Gates in the order i f g o, or i g o where they are coupled. The equations stand in kernels.h.
import type { Device } from "../tensor/device.ts";
import { activationTriples, forwardOnlyReason } from "./activation.ts";
import type { Cell } from "./cell.ts";
import { lstmCell } from "./lstm-cell.ts";
import { requireBound } from "./recurrent-checks.ts";
import type { LSTMOptions } from "./recurrent-options.ts";
import { NORM_EPSILON } from "./recurrent-product.ts";

/** Options that the tuned kernels do not know. */
type Variant = Pick<
  LSTMOptions,
  "peepholes" | "coupled" | "cellClip" | "gateClip" | "layerNorm" | "activations"
>;

/** The cell that options ask for: the tuned one where nothing is asked that it does not do. */
export function lstmCellOf(device: Device, name: string, options: Variant): Cell {
  const { peepholes, coupled, cellClip, gateClip, layerNorm, activations } = options;
  requireBound(name, "cellClip", cellClip);
  requireBound(name, "gateClip", gateClip);
  const standard = !activations || `${activations}` === "sigmoid,tanh,tanh";
  const tuned =
    standard && !peepholes && !coupled && cellClip === undefined && gateClip === undefined && !layerNorm;
  return tuned ? lstmCell : lstmVariantCell(device, name, options);
}

function lstmVariantCell(device: Device, name: string, options: Variant): Cell {
  const { peepholes = false, coupled = false, layerNorm = false } = options;
  const { cellClip = 0, gateClip = 0, activations = ["sigmoid", "tanh", "tanh"] } = options;
  const triples = activationTriples(device, name, activations, 3);
  const isCoupled = coupled ? 1 : 0;
  return {
    gates: coupled ? 3 : 4,
    hasCellState: true,
    splitsSums: false,
    normalises: layerNorm,
    peepholes: peepholes ? (coupled ? 2 : 3) : 0,
    ...(!coupled && { forgetBlock: 1 }),
    forwardOnly: forwardOnlyReason(name, activations),

    forward(on, step) {
      const { sums, c, lengths, t, batch, hidden } = step;
      on.kernels.lstmStateForward(
        sums,
        step.cBefore,
        c,
        step.peepholes,
        triples.offset,
        gateClip,
        cellClip,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
      if (layerNorm) {
        const { normC, normCBias, normedC, cStatistics } = step;
        on.kernels.layerNorm(c, normC, normCBias, normedC, cStatistics, NORM_EPSILON, batch, hidden);
      }
      on.kernels.lstmOutputForward(
        sums,
        c,
        layerNorm ? step.normedC : c,
        step.hKept,
        step.h,
        step.peepholes,
        triples.offset,
        gateClip,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
    },

    backward(on, step, dy, { dh, dc, dpeepholes, dnormC, dnormCBias, scratch }) {
      const { sums, c, lengths, t, batch, hidden } = step;
      const dcOut = layerNorm ? scratch : dc;
      if (layerNorm) on.kernels.fill(dcOut, 0, batch * hidden);
      on.kernels.lstmOutputBackward(
        sums,
        c,
        layerNorm ? step.normedC : c,
        step.peepholes,
        triples.offset,
        gateClip,
        isCoupled,
        dy,
        dh,
        dc,
        dcOut,
        peepholes ? dpeepholes : 0,
        lengths,
        t,
        batch,
        hidden,
      );
      if (layerNorm) {
        const { normC, cStatistics } = step;
        on.kernels.layerNormBackward(c, normC, cStatistics, dcOut, dc, dnormC, dnormCBias, batch, hidden);
      }
      on.kernels.lstmStateBackward(
        sums,
        step.cBefore,
        c,
        step.peepholes,
        triples.offset,
        gateClip,
        cellClip,
        isCoupled,
        dc,
        peepholes ? dpeepholes : 0,
        lengths,
        t,
        batch,
        hidden,
      );
    },
  };
}
