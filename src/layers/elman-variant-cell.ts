// h′ = f(W_ih x + b_ih + W_hh h + b_hh), f any activation, its argument bounded if asked. Elman 1990.
import type { Device } from "../tensor/device.ts";
import { activationTriples, forwardOnlyReason } from "./activation.ts";
import type { Cell } from "./cell.ts";
import { elmanCell } from "./elman-cell.ts";
import { requireBound } from "./recurrent-checks.ts";
import type { RNNOptions } from "./recurrent-options.ts";

/** Options that the tuned kernels do not know. */
type Variant = Pick<RNNOptions, "nonlinearity" | "gateClip">;

/** The cell that options ask for: the tuned one where nothing is asked that it does not do. */
export function elmanCellOf(device: Device, name: string, options: Variant): Cell {
  const { nonlinearity = "tanh", gateClip } = options;
  requireBound(name, "gateClip", gateClip);
  if (gateClip === undefined && (nonlinearity === "tanh" || nonlinearity === "relu"))
    return elmanCell(nonlinearity);
  const triples = activationTriples(device, name, [nonlinearity], 1);
  return {
    gates: 1,
    hasCellState: false,
    splitsSums: false,
    forwardOnly: forwardOnlyReason(name, [nonlinearity]),
    forward({ kernels }, { sums, hBefore, h, lengths, t, batch, hidden }) {
      kernels.elmanVariantForward(sums, hBefore, h, triples.offset, gateClip ?? 0, lengths, t, batch, hidden);
    },
    backward({ kernels }, { h, sums, lengths, t, batch, hidden }, dy, { dh }) {
      kernels.elmanVariantBackward(h, sums, dy, dh, triples.offset, gateClip ?? 0, lengths, t, batch, hidden);
    },
  };
}
