import type { KernelTable } from "../kernel-table.ts";
import { activationAt, type BoundActivation, usualSigmoid, usualTanh } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/** Of the gates, and of the candidate. */
interface Activations {
  readonly gate: BoundActivation;
  readonly squash: BoundActivation;
}

const USUAL: Activations = { gate: usualSigmoid, squash: usualTanh };

/**
 * Gates [B, 3H] in the order r z n, the reset gate after the recurrent product (Cho et al. 2014; cuDNN's form):
 *
 *     r ← σ(xr + hr)    z ← σ(xz + hz)    n ← tanh(xn + r∘hn)    h ← (1 − z)∘n + z∘hPrevious
 *
 * Backward, with dh arriving from the step after:
 *
 *     dh ← dh + dy    dn = dh∘(1 − z)∘tanh′(n)    dz = dh∘(hPrevious − n)∘σ′(z)    dr = dn∘hn∘σ′(r)
 *     dgatesX = dr dz dn    dgatesH = dr dz dn∘r    and dh∘z goes straight to the step before
 *
 * σ and tanh may be any other activations; their slopes follow from their results.
 */
export function gruKernels(
  memory: Memory,
): Pick<KernelTable, "gruForward" | "gruBackward" | "gruVariantForward" | "gruVariantBackward"> {
  const activationsAt = (activations: number, gateClip: number): Activations => ({
    gate: activationAt(memory, activations, 0, gateClip),
    squash: activationAt(memory, activations, 1, gateClip),
  });
  const forward = (
    { gate, squash }: Activations,
    [gatesX, gatesH, hPrevious, h, lengths, t, batch, hidden]: Parameters<KernelTable["gruForward"]>,
  ) => {
    const heap = memory.floats();
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < hidden; u++) {
        const unit = b * hidden + u;
        if (ended(memory, lengths, b, t)) {
          heap[h + unit] = heap[hPrevious + unit];
          continue;
        }
        const x = gatesX + b * 3 * hidden + u;
        const recurrent = gatesH + b * 3 * hidden + u;
        const r = gate.value(heap[x] + heap[recurrent]);
        const z = gate.value(heap[x + hidden] + heap[recurrent + hidden]);
        const n = squash.value(heap[x + 2 * hidden] + r * heap[recurrent + 2 * hidden]);
        heap[x] = r;
        heap[x + hidden] = z;
        heap[x + 2 * hidden] = n;
        heap[h + unit] = (1 - z) * n + z * heap[hPrevious + unit];
      }
    }
  };
  const backward = (
    { gate, squash }: Activations,
    [gatesX, gatesH, hPrevious, dy, dh, lengths, t, batch, hidden]: Parameters<KernelTable["gruBackward"]>,
  ) => {
    const heap = memory.floats();
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < hidden; u++) {
        const unit = b * hidden + u;
        const x = gatesX + b * 3 * hidden + u;
        const recurrent = gatesH + b * 3 * hidden + u;
        if (ended(memory, lengths, b, t)) {
          for (let part = 0; part < 3; part++) {
            heap[x + part * hidden] = 0;
            heap[recurrent + part * hidden] = 0;
          }
          continue;
        }
        const r = heap[x];
        const z = heap[x + hidden];
        const n = heap[x + 2 * hidden];
        const dOutput = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
        const dn = dOutput * (1 - z) * squash.slope(n);
        const dz = dOutput * (heap[hPrevious + unit] - n) * gate.slope(z);
        const dr = dn * heap[recurrent + 2 * hidden] * gate.slope(r);
        heap[x] = dr;
        heap[x + hidden] = dz;
        heap[x + 2 * hidden] = dn;
        heap[recurrent] = dr;
        heap[recurrent + hidden] = dz;
        heap[recurrent + 2 * hidden] = dn * r;
        heap[dh + unit] = dOutput * z;
      }
    }
  };
  return {
    gruForward(...places) {
      forward(USUAL, places);
    },

    gruBackward(...places) {
      backward(USUAL, places);
    },

    gruVariantForward(gatesX, gatesH, hPrevious, h, activations, gateClip, ...rows) {
      forward(activationsAt(activations, gateClip), [gatesX, gatesH, hPrevious, h, ...rows]);
    },

    gruVariantBackward(gatesX, gatesH, hPrevious, dy, dh, activations, gateClip, ...rows) {
      backward(activationsAt(activations, gateClip), [gatesX, gatesH, hPrevious, dy, dh, ...rows]);
    },
  };
}
