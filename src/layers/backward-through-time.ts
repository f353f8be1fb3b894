// Backpropagation through time (Werbos 1990) of one recurrent layer in one direction. For each step, last to first:
//   dsums = the cell's gradient of its gate sums, from dy and what is carried back    dh ← dsums·W_hh    dc ← the cell's
// and after the loop, over all steps at once:
//   dxs += dsums·W_ih    dW_ih += dsumsᵀ·xs    dW_hh += dsumsᵀ·hs    db += Σ dsums

import { addTransposedProduct, packed } from "../tensor/operations/products.ts";
import type { Storage } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { RunSize, StepPlaces } from "./cell.ts";
import type { RecurrenceInput } from "./recurrence.ts";

/** What the forward pass left behind. */
export interface BackwardRun {
  readonly input: RecurrenceInput;
  readonly size: RunSize;
  readonly outputs: Tensor;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
  readonly hs: Tensor;
  readonly sums: Storage;
  readonly recurrent: Storage | undefined;
  placesOf(t: number): StepPlaces;
}

/** Walks the loop back. Gathers the gradients of everything in `input`; overwrites the saved sums by theirs. */
export function backwardThroughTime({
  input,
  size,
  outputs,
  h,
  c,
  hs,
  sums,
  recurrent,
  placesOf,
}: BackwardRun): void {
  const { cell, xs, weights, h0, c0, reverse } = input;
  const { device } = xs;
  const { kernels } = device;
  const { steps, batch, hidden } = size;
  const gateWidth = cell.gates * hidden;
  const states = batch * hidden;
  const rows = steps * batch;
  const dsums = sums.offset;
  const dRecurrent = recurrent ? recurrent.offset : dsums;
  const weightHh = packed(weights.weightHh, "plain");
  const dys = outputs.arrivedGradient();
  device.temporary(2 * states, (dh) => {
    const dc = dh + states;
    const carry = (from: number, to: number) =>
      from ? kernels.copyRows(from, 0, to, 0, 1, states, 0) : kernels.fill(to, 0, states);
    carry(h.arrivedGradient(), dh);
    carry(c?.arrivedGradient() ?? 0, dc);
    for (let index = steps - 1; index >= 0; index--) {
      const t = reverse ? steps - 1 - index : index;
      cell.backward(device, placesOf(t), { dy: dys ? dys + t * states : 0, dh, dc });
      const dstep = dRecurrent + t * batch * gateWidth;
      kernels.gemm(dstep, gateWidth, 1, weightHh, 0, dh, hidden, batch, hidden, gateWidth, 1);
    }
    if (h0?.requiresGrad) kernels.addScaled(dh, 1, h0.gathered(), states);
    if (c0?.requiresGrad) kernels.addScaled(dc, 1, c0.gathered(), states);
  });
  if (xs.requiresGrad) {
    const dxs = xs.gradientSlot();
    kernels.gemm(
      dsums,
      gateWidth,
      1,
      packed(weights.weightIh, "plain"),
      0,
      dxs.offset,
      size.input,
      rows,
      size.input,
      gateWidth,
      dxs.accumulate,
    );
  }
  const { weightIh } = weights;
  if (weightIh.requiresGrad)
    addTransposedProduct(device, dsums, gateWidth, xs.offset, size.input, rows, weightIh.gathered());
  if (weights.weightHh.requiresGrad) {
    const before = hs.offset + (reverse ? states : 0);
    addTransposedProduct(device, dRecurrent, gateWidth, before, hidden, rows, weights.weightHh.gathered());
  }
  addBiasGradients(input, dsums, dRecurrent, rows, gateWidth);
}

/** Adds the sums over time and batch of the sums' gradients; where both biases have the same one, it is summed once. */
function addBiasGradients(
  { cell, xs, weights }: RecurrenceInput,
  dsums: number,
  dRecurrent: number,
  rows: number,
  width: number,
): void {
  const { kernels } = xs.device;
  const { biasIh, biasHh } = weights;
  if (cell.splitsSums) {
    if (biasIh?.requiresGrad) kernels.sumRows(dsums, width, biasIh.gathered(), rows, width);
    if (biasHh?.requiresGrad) kernels.sumRows(dRecurrent, width, biasHh.gathered(), rows, width);
    return;
  }
  xs.device.temporary(width, (total) => {
    kernels.fill(total, 0, width);
    kernels.sumRows(dsums, width, total, rows, width);
    for (const bias of [biasIh, biasHh])
      if (bias?.requiresGrad) kernels.addScaled(total, 1, bias.gathered(), width);
  });
}
