// Backpropagation through time (Werbos 1990) of one recurrent layer in one direction. For each step, last to first:
//   dsums = the cell's gradient of its gate sums, from dy and what is carried back    dh ← dsums·W_hh    dc ← the cell's
// and after each chunk of steps, over all of them at once, while their dsums are in the cache:
//   dxs += dsums·W_ih    dW_ih += dsumsᵀ·xs    dW_hh += dsumsᵀ·hs    db += Σ dsums

import { addTransposedProduct, packed } from "../tensor/operations/products.ts";
import type { Storage } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { RunSize, StepPlaces } from "./cell.ts";
import { type Chunk, stepsOf } from "./chunks.ts";
import type { RecurrenceInput } from "./recurrence.ts";

/** What the forward pass left behind. */
export interface BackwardRun {
  readonly input: RecurrenceInput;
  readonly size: RunSize;
  readonly chunks: readonly Chunk[];
  readonly outputs: Tensor;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
  readonly hs: Tensor;
  readonly sums: Storage;
  readonly recurrent: Storage | undefined;
  placesOf(t: number, chunk: Chunk): StepPlaces;
}

/** Walks the loop back. Gathers the gradients of everything in `input`; overwrites the saved sums by theirs. */
export function backwardThroughTime({
  input,
  size,
  chunks,
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
  const { batch, hidden } = size;
  const gateWidth = cell.gates * hidden;
  const states = batch * hidden;
  const dRecurrent = recurrent ?? sums;
  const weightHh = packed(weights.weightHh, "plain");
  const dys = outputs.arrivedGradient();
  device.temporary(2 * states + gateWidth, (dh) => {
    const dc = dh + states;
    const dSharedBias = dc + states;
    kernels.fill(dSharedBias, 0, gateWidth);
    const addGradients = gradientsOf(input, size, hs, dSharedBias);
    const carry = (from: number, to: number) =>
      from ? kernels.copyRows(from, 0, to, 0, 1, states, 0) : kernels.fill(to, 0, states);
    carry(h.arrivedGradient(), dh);
    carry(c?.arrivedGradient() ?? 0, dc);
    for (const chunk of chunks.toReversed()) {
      for (const t of stepsOf(chunk, !reverse)) {
        cell.backward(device, placesOf(t, chunk), { dy: dys ? dys + t * states : 0, dh, dc });
        const dstep = dRecurrent.offset + t * batch * gateWidth;
        kernels.gemm(dstep, gateWidth, 1, weightHh, 0, dh, hidden, batch, hidden, gateWidth, 1);
      }
      const first = chunk.start * batch * gateWidth;
      addGradients(chunk, sums.offset + first, dRecurrent.offset + first);
    }
    if (!cell.splitsSums) {
      for (const bias of [weights.biasIh, weights.biasHh])
        if (bias?.requiresGrad) kernels.addScaled(dSharedBias, 1, bias.gathered(), gateWidth);
    }
    if (h0?.requiresGrad) kernels.addScaled(dh, 1, h0.gathered(), states);
    if (c0?.requiresGrad) kernels.addScaled(dc, 1, c0.gathered(), states);
  });
}

/**
 * What adds a chunk's part to the gradients of inputs, weights and biases, given where the gradients of its sums stand. Biases
 * that both stand in one sum share their gradient, which is gathered apart.
 */
function gradientsOf(
  { cell, xs, weights, reverse }: RecurrenceInput,
  { batch, input, hidden }: RunSize,
  hs: Tensor,
  dSharedBias: number,
): (chunk: Chunk, dsums: number, dRecurrent: number) => void {
  const { device } = xs;
  const { kernels } = device;
  const width = cell.gates * hidden;
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const dxs = xs.requiresGrad ? xs.gradientSlot() : undefined;
  const gathered = (weight: Tensor | undefined) => (weight?.requiresGrad ? weight.gathered() : 0);
  const [dWeightIh, dWeightHh] = [gathered(weightIh), gathered(weightHh)];
  const hasBias = biasIh?.requiresGrad || biasHh?.requiresGrad;
  const [dBiasIh, dBiasHh] = cell.splitsSums
    ? [gathered(biasIh), gathered(biasHh)]
    : [hasBias ? dSharedBias : 0, 0];
  return ({ start, steps }, dsums, dRecurrent) => {
    const rows = steps * batch;
    const first = start * batch;
    if (dxs) {
      const to = dxs.offset + first * input;
      kernels.gemm(
        dsums,
        width,
        1,
        packed(weightIh, "plain"),
        0,
        to,
        input,
        rows,
        input,
        width,
        dxs.accumulate,
      );
    }
    if (dWeightIh)
      addTransposedProduct(device, dsums, width, xs.offset + first * input, input, rows, dWeightIh);
    const before = hs.offset + (first + (reverse ? batch : 0)) * hidden;
    if (dWeightHh) addTransposedProduct(device, dRecurrent, width, before, hidden, rows, dWeightHh);
    if (dBiasIh) kernels.sumRows(dsums, width, dBiasIh, rows, width);
    if (dBiasHh) kernels.sumRows(dRecurrent, width, dBiasHh, rows, width);
  };
}
