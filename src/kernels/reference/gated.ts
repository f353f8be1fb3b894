import type { KernelTable } from "../kernel-table.ts";
import { activationAt } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/**
 * Cells whose candidate reads a gated h, in two phases; between them W_hn · gated is added to the sum of n. The GRU with its
 * reset gate before the product (Cho et al. 2014), blocks r z n, gates 3:
 *
 *     r, z ← σ(sums)    gated ← r∘hPrevious    n ← tanh(sum)    h ← (1 − z)∘n + z∘hPrevious
 *
 * and the minimal gated unit (Zhou et al. 2016), blocks f n, gates 2:
 *
 *     f ← σ(sum)    gated ← f∘hPrevious    n ← tanh(sum)    h ← (1 − f)∘hPrevious + f∘n
 *
 * Backward, with dh arriving from the step after, first for the candidate:
 *
 *     dh ← dh + dy
 *     GRU: dn = dh∘(1 − z)∘tanh′(n)    dz = dh∘(hPrevious − n)∘σ′(z)    dh ← dh∘z
 *     minimal: dn = dh∘f∘tanh′(n)    dmix = dh∘(n − hPrevious)    dh ← dh∘(1 − f)
 *
 * then, given dgated = dn · W_hn: dr = dgated∘hPrevious∘σ′(r), df = (dgated∘hPrevious + dmix)∘σ′(f), dh ← dh + dgated∘r (or f).
 */
export function gatedKernels(
  memory: Memory,
): Pick<KernelTable, "gatedForward" | "gatedBackward" | "gatedCandidateForward" | "gatedCandidateBackward"> {
  return {
    gatedForward(sums, hPrevious, gated, activations, gateClip, gates, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          if (ended(memory, lengths, b, t)) {
            heap[gated + unit] = 0;
            continue;
          }
          const first = sums + b * gates * hidden + u;
          for (let part = 0; part < gates - 1; part++) {
            heap[first + part * hidden] = gate.value(heap[first + part * hidden]);
          }
          heap[gated + unit] = heap[first] * heap[hPrevious + unit];
        }
      }
    },

    gatedBackward(
      sums,
      hPrevious,
      dgated,
      dmix,
      dh,
      activations,
      gateClip,
      gates,
      lengths,
      t,
      batch,
      hidden,
    ) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          if (ended(memory, lengths, b, t)) continue;
          const unit = b * hidden + u;
          const first = sums + b * gates * hidden + u;
          const y = heap[first];
          const mixed = gates === 2 ? heap[dmix + unit] : 0;
          heap[first] = (heap[dgated + unit] * heap[hPrevious + unit] + mixed) * gate.slope(y);
          heap[dh + unit] += heap[dgated + unit] * y;
        }
      }
    },

    gatedCandidateForward(sums, hPrevious, h, activations, gateClip, gates, lengths, t, batch, hidden) {
      const heap = memory.floats();
      const squash = activationAt(memory, activations, 1, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          const before = heap[hPrevious + unit];
          if (ended(memory, lengths, b, t)) {
            heap[h + unit] = before;
            continue;
          }
          const candidate = sums + (b * gates + gates - 1) * hidden + u;
          const mix = heap[candidate - hidden];
          const n = squash.value(heap[candidate]);
          heap[candidate] = n;
          heap[h + unit] = gates === 3 ? (1 - mix) * n + mix * before : (1 - mix) * before + mix * n;
        }
      }
    },

    gatedCandidateBackward(
      sums,
      hPrevious,
      dy,
      dh,
      dmix,
      activations,
      gateClip,
      gates,
      lengths,
      t,
      batch,
      hidden,
    ) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      const squash = activationAt(memory, activations, 1, gateClip);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          const first = sums + b * gates * hidden + u;
          if (ended(memory, lengths, b, t)) {
            for (let part = 0; part < gates; part++) heap[first + part * hidden] = 0;
            continue;
          }
          const candidate = first + (gates - 1) * hidden;
          const n = heap[candidate];
          const mix = heap[candidate - hidden];
          const dOutput = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
          const apart = heap[hPrevious + unit] - n;
          if (gates === 3) {
            heap[candidate] = dOutput * (1 - mix) * squash.slope(n);
            heap[candidate - hidden] = dOutput * apart * gate.slope(mix);
            heap[dh + unit] = dOutput * mix;
          } else {
            heap[candidate] = dOutput * mix * squash.slope(n);
            heap[dmix + unit] = -dOutput * apart;
            heap[dh + unit] = dOutput * (1 - mix);
          }
        }
      }
    },
  };
}
