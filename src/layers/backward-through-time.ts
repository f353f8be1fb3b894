// Backpropagation through time (Werbos 1990) of one recurrent layer in one direction. For each step, last to first:
//   dsums = the cell's gradient of its gate sums, from dy and what is carried back    dh ← dsums·W_hh    dc ← the cell's
// and after each chunk of steps, over all of them at once, while their dsums are in the cache:
//   dxs += dsums·W_ih    dW_ih += dsumsᵀ·xs    dW_hh += dsumsᵀ·hs    db += Σ dsums
import { addTransposedProduct } from "../tensor/operations/products.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Chunk, stepsOf } from "./chunks.ts";
import { inputProductBackward } from "./input-product.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";
import { type StepBackwardPlaces, stepBackward } from "./recurrence-step.ts";
import { recurrentMatrix } from "./recurrent-product.ts";

/** What the forward pass made. */
export interface RunOutputs {
  readonly outputs: Tensor;
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

/** Walks the loop back. Gathers the gradients of everything in the run's input; overwrites the saved sums by theirs. */
export function backwardThroughTime(run: RecurrenceRun, { outputs, h, c }: RunOutputs): void {
  const { device, cell, weights, size, chunks, gateWidth } = run;
  const { kernels } = device;
  const { xs, h0, c0, reverse, recurrentDropout } = run.input;
  const [hSize, cSize] = [size.batch * size.output, size.batch * size.hidden];
  const dys = outputs.arrivedGradient();
  const projects = weights.weightHr !== undefined;
  const wanted = (weight: Tensor | undefined) => (weight?.requiresGrad ? weight.gathered() : 0);
  device.temporary(roomFrom(run, 0).end, (start) => {
    const room = roomFrom(run, start);
    const { dh, dc, dSharedBias, scratch, dmix } = room;
    kernels.fill(dSharedBias, 0, gateWidth);
    const places: StepBackwardPlaces = {
      matrix: recurrentMatrix(cell, weights.weightHh, "plain"),
      dh,
      dc,
      dhKept: room.dhKept,
      dcKept: room.dcKept,
      scratch,
      dmix,
      dhRead: recurrentDropout ? room.dhRead : dh,
      dnormHh: wanted(weights.normHh) || room.unwanted,
      ofCell: {
        dh: projects ? room.dmade : dh,
        dc,
        scratch,
        dmix,
        dpeepholes: wanted(weights.weightCh) || room.unwanted,
        dnormC: wanted(weights.normC) || room.unwanted,
        dnormCBias: wanted(weights.normCBias) || room.unwanted,
      },
    };
    const { biasIh, biasHh, weightHr } = weights;
    const hasBias = biasIh?.requiresGrad || biasHh?.requiresGrad;
    // Biases that both stand in one sum share their gradient, which is gathered apart.
    const gradients = {
      dxs: xs.requiresGrad ? xs.gradientSlot() : undefined,
      dweightIh: wanted(weights.weightIh),
      dweightHh: wanted(weights.weightHh),
      dbiasIh: cell.splitsSums ? wanted(biasIh) : hasBias ? dSharedBias : 0,
      dbiasHh: cell.splitsSums ? wanted(biasHh) : 0,
      dnormIh: wanted(weights.normIh) || room.unwanted,
      dweightHr: wanted(weightHr),
    };
    const carry = (from: number, to: number, elements: number) =>
      from ? kernels.copyRows(from, 0, to, 0, 1, elements, 0) : kernels.fill(to, 0, elements);
    carry(h.arrivedGradient(), dh, hSize);
    carry(c?.arrivedGradient() ?? 0, dc, cSize);
    for (const chunk of chunks.toReversed()) {
      for (const t of stepsOf(chunk, !reverse)) {
        const dprojected = projects ? room.dprojected + (t - chunk.start) * hSize : 0;
        stepBackward(run, run.placesOf(t, chunk), dys ? dys + t * hSize : 0, dprojected, places);
      }
      addRecurrentGradients(run, chunk, room.dprojected, gradients);
      inputProductBackward(run, chunk, gradients);
    }
    if (!cell.splitsSums) {
      for (const bias of [biasIh, biasHh])
        if (bias?.requiresGrad) kernels.addScaled(dSharedBias, 1, bias.gathered(), gateWidth);
    }
    if (h0?.requiresGrad) kernels.addScaled(dh, 1, h0.gathered(), hSize);
    if (c0?.requiresGrad) kernels.addScaled(dc, 1, c0.gathered(), cSize);
  });
}

/** Adds a chunk's part to the gradients of W_hh, of b_hh where it has a sum of its own, and of the projection. */
function addRecurrentGradients(
  run: RecurrenceRun,
  chunk: Chunk,
  dprojected: number,
  { dweightHh, dbiasHh, dweightHr }: { dweightHh: number; dbiasHh: number; dweightHr: number },
): void {
  const { device, cell, size, gateWidth: width } = run;
  const { hidden, output, batch } = size;
  const rows = chunk.steps * batch;
  // The places of the step that stands first in memory are those of the whole chunk.
  const first = run.placesOf(chunk.start, chunk);
  const dsums = cell.splitsSums || cell.normalises ? first.recurrent : first.sums;
  if (dweightHh && !cell.gate)
    addTransposedProduct(device, dsums, width, first.hRead, output, rows, dweightHh);
  if (dweightHh && cell.gate) {
    const gateWidth = width - hidden;
    const dcandidate = dweightHh + gateWidth * output;
    addTransposedProduct(device, dsums, gateWidth, first.hRead, output, rows, dweightHh, width);
    addTransposedProduct(device, dsums + gateWidth, hidden, first.gated, hidden, rows, dcandidate, width);
  }
  if (dbiasHh) device.kernels.sumRows(dsums, width, dbiasHh, rows, width);
  if (dweightHr) addTransposedProduct(device, dprojected, output, first.h, hidden, rows, dweightHr);
}

/** Where the parts of the room that the way back works in stand, side by side from `start`; no larger than the layer's options need. */
function roomFrom({ cell, weights, size, chunks, gateWidth, input }: RecurrenceRun, start: number) {
  const [hSize, cSize] = [size.batch * size.output, size.batch * size.hidden];
  const { normalises = false } = cell;
  const projects = weights.weightHr !== undefined;
  let end = start;
  const take = (elements: number) => {
    end += elements;
    return end - elements;
  };
  return {
    dh: take(hSize),
    dc: take(cSize),
    dSharedBias: take(gateWidth),
    dhKept: take(input.zoneout?.h ? hSize : 0),
    dcKept: take(input.zoneout?.c ? cSize : 0),
    dmade: take(projects ? cSize : 0),
    dhRead: take(input.recurrentDropout ? hSize : 0),
    scratch: take(normalises ? (size.batch + 1) * gateWidth : cell.gate ? cSize : 0),
    dmix: take(cell.gate ? cSize : 0),
    dprojected: take(projects ? chunks[0].steps * hSize : 0),
    // Kernels that gather into several places at once are given room for what nobody wants.
    unwanted: take(Math.max(normalises ? gateWidth : 0, weights.weightCh?.size ?? 0)),
    end,
  };
}
