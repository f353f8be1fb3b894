// Variational dropout of the h that a step's products read: one mask for all steps of a sequence (Gal & Ghahramani 2016). What
// the cell itself takes of h, a GRU's z∘h for instance, is not dropped.

import type { Step } from "../cells/step.ts";
import type { Device } from "../tensor/device.ts";
import type { DropoutCounter } from "../tensor/operations/dropout.ts";

/** Probability of dropping an entry, and the numbers that the mask is made of. */
export interface RecurrentDropout {
  readonly probability: number;
  readonly counter: DropoutCounter;
}

/** hRead ← hBefore∘mask/keep. */
export function dropRead(device: Device, dropout: RecurrentDropout, step: Step): void {
  drop(device, dropout, step, step.h.before, step.hRead, 0);
}

/** dh ← dh + dhRead∘mask/keep. */
export function dropReadBackward(
  device: Device,
  dropout: RecurrentDropout,
  step: Step,
  { dhRead, dh }: { dhRead: number; dh: number },
): void {
  drop(device, dropout, step, dhRead, dh, 1);
}

function drop(
  { kernels, firstRow }: Device,
  { probability, counter: { seed, draw, place } }: RecurrentDropout,
  { batch, output }: Step,
  from: number,
  to: number,
  accumulate: 0 | 1,
): void {
  kernels.dropout({
    x: from,
    y: to,
    keep: 1 - probability,
    seed,
    draw,
    place,
    firstRow,
    locked: 1,
    steps: 1,
    rows: batch,
    width: output,
    accumulate,
  });
}
