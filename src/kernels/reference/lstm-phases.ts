import type { KernelTable } from "../kernel-table.ts";
import { activationAt, within } from "./activation.ts";
import { ended } from "./ended.ts";
import type { Memory } from "./memory.ts";

/**
 * The LSTM with every option, in two phases. Gates [B, 4H] in the order i f g o, peepholes pᵢ p_f p_o (Gers & Schmidhuber 2000;
 * Graves 2013); or coupled [B, 3H] in the order i g o, peepholes pᵢ p_o, f = 1 − i (Greff et al. 2017):
 *
 *     i ← σ(sum + pᵢ∘cPrevious)    f ← σ(sum + p_f∘cPrevious)    g ← tanh(sum)    c ← f∘cPrevious + i∘g, between ±cellClip
 *     o ← σ(sum + p_o∘c)    h ← o∘tanh(cOut)
 *
 * Backward, with dh and dc arriving from the step after; σ′ and tanh′ follow from the results:
 *
 *     dh ← dh + dy    d(sum of o) = dh∘tanh(cOut)∘σ′(o)    dcOut ← dcOut + dh∘o∘tanh′(cOut)    dc ← dc + p_o∘d(sum of o)
 *     dc ← 0 where c = ±cellClip
 *     d(sum of i) = dc∘g∘σ′(i), coupled dc∘(g − cPrevious)∘σ′(i)    of f: dc∘cPrevious∘σ′(f)    of g: dc∘i∘tanh′(g)
 *     dcPrevious = dc∘f + pᵢ∘d(sum of i) + p_f∘d(sum of f)
 *     dpᵢ ← dpᵢ + d(sum of i)∘cPrevious    dp_f ← dp_f + d(sum of f)∘cPrevious    dp_o ← dp_o + d(sum of o)∘c
 */
export function lstmPhaseKernels(
  memory: Memory,
): Pick<KernelTable, "lstmStateForward" | "lstmStateBackward" | "lstmOutputForward" | "lstmOutputBackward"> {
  return {
    lstmStateForward(
      gates,
      cPrevious,
      c,
      peepholes,
      activations,
      gateClip,
      cellClip,
      coupled,
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
          const before = heap[cPrevious + unit];
          if (ended(memory, lengths, b, t)) {
            heap[c + unit] = before;
            continue;
          }
          const at = blocksOf(coupled, gates, peepholes, b, u, hidden);
          const i = gate.value(heap[at.i] + (peepholes ? heap[at.pi] * before : 0));
          const f = coupled ? 1 - i : gate.value(heap[at.f] + (peepholes ? heap[at.pf] * before : 0));
          const g = squash.value(heap[at.g]);
          heap[at.i] = i;
          if (!coupled) heap[at.f] = f;
          heap[at.g] = g;
          heap[c + unit] = within(f * before + i * g, cellClip);
        }
      }
    },

    lstmStateBackward(
      gates,
      cPrevious,
      c,
      peepholes,
      activations,
      gateClip,
      cellClip,
      coupled,
      dc,
      dpeepholes,
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
          const at = blocksOf(coupled, gates, peepholes, b, u, hidden);
          if (ended(memory, lengths, b, t)) {
            heap[at.i] = 0;
            if (!coupled) heap[at.f] = 0;
            heap[at.g] = 0;
            continue;
          }
          const before = heap[cPrevious + unit];
          const [i, g] = [heap[at.i], heap[at.g]];
          const f = coupled ? 1 - i : heap[at.f];
          const clipped = cellClip > 0 && Math.abs(heap[c + unit]) >= cellClip;
          const dState = clipped ? 0 : heap[dc + unit];
          const di = dState * (coupled ? g - before : g) * gate.slope(i);
          const df = coupled ? 0 : dState * before * gate.slope(f);
          heap[at.i] = di;
          if (!coupled) heap[at.f] = df;
          heap[at.g] = dState * i * squash.slope(g);
          heap[dc + unit] = dState * f;
          if (peepholes) {
            heap[dc + unit] += heap[at.pi] * di + (coupled ? 0 : heap[at.pf] * df);
          }
          if (dpeepholes) {
            const gathered = blocksOf(coupled, gates, dpeepholes, b, u, hidden);
            heap[gathered.pi] += di * before;
            if (!coupled) heap[gathered.pf] += df * before;
          }
        }
      }
    },

    lstmOutputForward(
      gates,
      c,
      cOut,
      hPrevious,
      h,
      peepholes,
      activations,
      gateClip,
      coupled,
      lengths,
      t,
      batch,
      hidden,
    ) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      const squash = activationAt(memory, activations, 2, 0);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          if (ended(memory, lengths, b, t)) {
            heap[h + unit] = hPrevious ? heap[hPrevious + unit] : 0;
            continue;
          }
          const at = blocksOf(coupled, gates, peepholes, b, u, hidden);
          const o = gate.value(heap[at.o] + (peepholes ? heap[at.po] * heap[c + unit] : 0));
          heap[at.o] = o;
          heap[h + unit] = o * squash.value(heap[cOut + unit]);
        }
      }
    },

    lstmOutputBackward(
      gates,
      c,
      cOut,
      peepholes,
      activations,
      gateClip,
      coupled,
      dy,
      dh,
      dc,
      dcOut,
      dpeepholes,
      lengths,
      t,
      batch,
      hidden,
    ) {
      const heap = memory.floats();
      const gate = activationAt(memory, activations, 0, gateClip);
      const squash = activationAt(memory, activations, 2, 0);
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < hidden; u++) {
          const unit = b * hidden + u;
          const at = blocksOf(coupled, gates, peepholes, b, u, hidden);
          if (ended(memory, lengths, b, t)) {
            heap[at.o] = 0;
            continue;
          }
          const o = heap[at.o];
          const squashed = squash.value(heap[cOut + unit]);
          const dOutput = heap[dh + unit] + (dy ? heap[dy + unit] : 0);
          const dSum = dOutput * squashed * gate.slope(o);
          heap[at.o] = dSum;
          heap[dh + unit] = 0;
          heap[dcOut + unit] += dOutput * o * squash.slope(squashed);
          if (peepholes) heap[dc + unit] += heap[at.po] * dSum;
          if (dpeepholes) {
            heap[blocksOf(coupled, gates, dpeepholes, b, u, hidden).po] += dSum * heap[c + unit];
          }
        }
      }
    },
  };
}

/** Where the gates of one unit stand, and its peepholes. What is coupled has no f. */
function blocksOf(
  coupled: number,
  gates: number,
  peepholes: number,
  b: number,
  u: number,
  hidden: number,
): Readonly<Record<"i" | "f" | "g" | "o" | "pi" | "pf" | "po", number>> {
  const i = gates + b * (coupled ? 3 : 4) * hidden + u;
  const f = coupled ? Number.NaN : i + hidden;
  const g = i + (coupled ? 1 : 2) * hidden;
  const pi = peepholes + u;
  const pf = coupled ? Number.NaN : pi + hidden;
  return { i, f, g, o: g + hidden, pi, pf, po: pi + (coupled ? 1 : 2) * hidden };
}
