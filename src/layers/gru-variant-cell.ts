// The GRU with any activations and bounds of its sums; the equations are those of gru-cell.ts.
import type { Device } from "../tensor/device.ts";
import { activationTriples, forwardOnlyReason } from "./activation.ts";
import type { Cell } from "./cell.ts";
import { gatedCell } from "./gated-cell.ts";
import { gruCell } from "./gru-cell.ts";
import { requireBound } from "./recurrent-checks.ts";
import type { GRUOptions } from "./recurrent-options.ts";

/** Options that the tuned kernels do not know. */
type Variant = Pick<GRUOptions, "resetAfter" | "activations" | "gateClip">;

/** The cell that options ask for: the tuned one where nothing is asked that it does not do. */
export function gruCellOf(device: Device, name: string, options: Variant): Cell {
  const { resetAfter = true, activations, gateClip } = options;
  requireBound(name, "gateClip", gateClip);
  if (!resetAfter) return gatedCell(device, name, 3, options);
  const standard = !activations || `${activations}` === "sigmoid,tanh";
  return standard && gateClip === undefined ? gruCell : gruVariantCell(device, name, options);
}

function gruVariantCell(device: Device, name: string, options: Variant): Cell {
  const { gateClip = 0, activations = ["sigmoid", "tanh"] } = options;
  const triples = activationTriples(device, name, activations, 2);
  return {
    gates: 3,
    hasCellState: false,
    splitsSums: true,
    forwardOnly: forwardOnlyReason(name, activations),
    forward({ kernels }, { sums, recurrent, hBefore, h, lengths, t, batch, hidden }) {
      kernels.gruVariantForward(
        sums,
        recurrent,
        hBefore,
        h,
        triples.offset,
        gateClip,
        lengths,
        t,
        batch,
        hidden,
      );
    },
    backward({ kernels }, { sums, recurrent, hBefore, lengths, t, batch, hidden }, dy, { dh }) {
      kernels.gruVariantBackward(
        sums,
        recurrent,
        hBefore,
        dy,
        dh,
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
