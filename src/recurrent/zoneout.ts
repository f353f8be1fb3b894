// Zoneout (Krueger et al. 2017): each unit of a state keeps its value of the step before with probability p. With m = 0 for those
// that keep it and 1 for the others, drawn anew for each step,
//   s′ = s + m∘(s̃ − s)    s̃ being what the step made
// and when evaluating m is what it is on average, 1 − p.
import type { Device } from "../tensor/device.ts";
import { type DropoutCounter, dropoutWith } from "../tensor/operations/dropout.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** How one state is zoned out: by masks [T, B, width] of zeros and ones, or on average by a share m. */
export type Zoneout = { readonly masks: Tensor } | { readonly share: number };

/** Masks of zeros with a probability, and of ones, for all steps of a sequence. */
export function zoneoutMasks(
  device: Device,
  shape: readonly number[],
  probability: number,
  counter: DropoutCounter,
): { readonly masks: Tensor } {
  const ones = zeros(device, shape);
  device.kernels.fill(ones.offset, 1, ones.size);
  const masks = dropoutWith(ones, probability, counter);
  // Dropout divides what it keeps by its probability.
  device.kernels.scale(masks.offset, 1 - probability, masks.size);
  return { masks };
}

const SUBTRACT = 1;
const MULTIPLY = 2;

/** after ← before + m∘(made − before), all [B, width] of step t. */
export function zoneOut(
  device: Device,
  zoneout: Zoneout,
  t: number,
  { made, before, after, size }: { made: number; before: number; after: number; size: number },
): void {
  device.kernels.binary({ operation: SUBTRACT, a: made, b: before, y: after, n: size });
  share(device, zoneout, t, after, size);
  device.kernels.addScaled(before, 1, after, size);
}

/** d, the gradient of the state after the step, is overwritten by that of what the step made; `kept` by what passes to the state before. */
export function zoneOutBackward(
  device: Device,
  zoneout: Zoneout,
  t: number,
  { d, kept, size }: { d: number; kept: number; size: number },
): void {
  device.kernels.copyRows({ x: d, y: kept, n: size });
  share(device, zoneout, t, d, size);
  device.kernels.addScaled(d, -1, kept, size);
}

function share({ kernels }: Device, zoneout: Zoneout, t: number, x: number, size: number): void {
  if ("share" in zoneout) kernels.scale(x, zoneout.share, size);
  else kernels.binary({ operation: MULTIPLY, a: x, b: zoneout.masks.offset + t * size, y: x, n: size });
}
