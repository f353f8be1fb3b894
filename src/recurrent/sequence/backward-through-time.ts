// Backpropagation through time (Werbos 1990) of one recurrent layer in one direction. For each step, last to first:
//   dsums = the cell's gradient of its gate sums, from dy and what is carried back    dh ← dsums·W_hh    dc ← the cell's
// and after each chunk of steps, over all of them at once, while their dsums are in the cache:
//   dxs += dsums·W_ih    dW_ih += dsumsᵀ·xs    dW_hh += dsumsᵀ·hs    db += Σ dsums
import { addTransposedProduct, packed } from "../../tensor/operations/products.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type CellWeights, ownParameters, standsApart, sumsWidth } from "../cell.ts";
import { layerMatrices } from "../layer-places.ts";
import { type StepBackwardPlaces, stepBackward } from "../recurrence-step.ts";
import { type Chunk, stepsOf } from "./chunks.ts";
import { inputProductBackward } from "./input-product.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";

/** A run that is over, what it read and what it made. */
export interface RunToWalkBack {
  readonly run: RecurrenceRun;
  readonly xs: Tensor;
  readonly weights: CellWeights<Tensor>;
  /** States before the first step and after the last, in the cell's order. */
  readonly initial: readonly (Tensor | undefined)[];
  readonly last: readonly Tensor[];
  readonly outputs: Tensor;
}

/** Walks the loop back. Gathers the gradients of everything in the run's input; overwrites the saved sums by theirs. */
export function backwardThroughTime({ run, xs, weights, initial, last, outputs }: RunToWalkBack): void {
  const { device, cell, size, chunks } = run;
  const { kernels } = device;
  const { reverse } = run.input;
  const { shape } = cell;
  const width = sumsWidth(cell);
  const isApart = shape.recurrent === "apart";
  const dys = outputs.arrivedGradient();
  const wanted = (weight: Tensor | undefined) => (weight?.requiresGrad ? weight.gathered() : 0);
  const matrices = layerMatrices(cell, weights);
  const back = (matrix: Tensor | undefined) => (matrix ? packed(matrix, "plain") : 0);
  run.projectionBack = back(matrices.projection);
  const inputBack = xs.requiresGrad ? back(matrices.input) : 0;
  device.temporary(roomFrom(run, 0, weights).end, (start) => {
    const room = roomFrom(run, start, weights);
    const { dstates, dSharedBias, unwanted } = room;
    const [dh] = dstates;
    kernels.fill(dSharedBias, 0, width);
    const names = shape.states.map(({ name }) => name);
    const places: StepBackwardPlaces = {
      gates: back(matrices.gates),
      candidate: back(matrices.candidate),
      dstates,
      dkept: room.dkept,
      scratch: room.scratch,
      dnormHh: wanted(weights.normHh) || unwanted,
      ofCell: {
        dy: 0,
        states: Object.fromEntries(
          names.map((name, state) => [name, state === 0 && shape.projects ? room.dmade : dstates[state]]),
        ),
        weights: Object.fromEntries(
          ownParameters(shape).map(({ key }) => [key, wanted(weights[key]) || unwanted]),
        ),
        scratch: room.ofCell,
        dgated: room.dgated,
        dhRead: run.recurrentDropout ? room.dhRead : dh,
      },
    };
    const { biasIh, biasHh, weightHr } = weights;
    const hasBias = biasIh?.requiresGrad || biasHh?.requiresGrad;
    // Biases that both stand in one sum share their gradient, which is gathered apart.
    const gradients = {
      dxs: xs.requiresGrad ? xs.gradientSlot() : undefined,
      inputBack,
      dweightIh: wanted(weights.weightIh),
      dweightHh: wanted(weights.weightHh),
      dbiasIh: isApart ? wanted(biasIh) : hasBias ? dSharedBias : 0,
      dbiasHh: isApart ? wanted(biasHh) : 0,
      dnormIh: wanted(weights.normIh) || unwanted,
      dweightHr: wanted(weightHr),
    };
    const sizes = shape.states.map((state) => size.batch * state.width);
    dstates.forEach((to, state) => {
      const from = last[state].arrivedGradient();
      if (from) kernels.copyRows({ x: from, y: to, n: sizes[state] });
      else kernels.fill(to, 0, sizes[state]);
    });
    const [hSize] = sizes;
    for (const chunk of chunks.toReversed()) {
      for (const t of stepsOf(chunk, !reverse)) {
        const dprojected = shape.projects ? room.dprojected + (t - chunk.start) * hSize : 0;
        stepBackward(run, run.stepAt(t, chunk), dys ? dys + t * hSize : 0, dprojected, places);
      }
      addRecurrentGradients(run, chunk, room.dprojected, gradients);
      if (width > 0) inputProductBackward(run, chunk, gradients);
      device.onWayBack?.();
    }
    if (!isApart) {
      for (const bias of [biasIh, biasHh])
        if (bias?.requiresGrad) kernels.addScaled(dSharedBias, 1, bias.gathered(), width);
    }
    initial.forEach((state, index) => {
      if (state?.requiresGrad) kernels.addScaled(dstates[index], 1, state.gathered(), sizes[index]);
    });
  });
}

/** Adds a chunk's part to the gradients of W_hh, of b_hh where it has a sum of its own, and of the projection. */
function addRecurrentGradients(
  run: RecurrenceRun,
  chunk: Chunk,
  dprojected: number,
  { dweightHh, dbiasHh, dweightHr }: { dweightHh: number; dbiasHh: number; dweightHr: number },
): void {
  const { device, cell, size } = run;
  const { hidden, output, batch } = size;
  const width = sumsWidth(cell);
  const rows = chunk.steps * batch;
  // The places of the step that stands first in memory are those of the whole chunk.
  const first = run.stepAt(chunk.start, chunk);
  const dsums = standsApart(cell.shape) ? first.recurrent : first.sums;
  const isGated = cell.shape.recurrent === "gated";
  if (dweightHh && !isGated) addTransposedProduct(device, dsums, width, first.hRead, output, rows, dweightHh);
  if (dweightHh && isGated) {
    const gateWidth = width - hidden;
    const dcandidate = dweightHh + gateWidth * output;
    addTransposedProduct(device, dsums, gateWidth, first.hRead, output, rows, dweightHh, width);
    addTransposedProduct(device, dsums + gateWidth, hidden, first.gated, hidden, rows, dcandidate, width);
  }
  if (dbiasHh) device.kernels.sumRows({ x: dsums, sums: dbiasHh, m: rows, n: width });
  if (dweightHr) addTransposedProduct(device, dprojected, output, first.h.made, hidden, rows, dweightHr);
}

/** Where the parts of the room that the way back works in stand, side by side from `start`; no larger than the layer's options need. */
function roomFrom(
  { cell, size, chunks, zoneout, recurrentDropout }: RecurrenceRun,
  start: number,
  weights: CellWeights<Tensor>,
) {
  const { shape } = cell;
  const { normalises = false, projects = false, states, scratch = [] } = shape;
  const { batch, hidden, output } = size;
  const width = sumsWidth(cell);
  let end = start;
  const take = (elements: number) => {
    end += elements;
    return end - elements;
  };
  const own = ownParameters(shape).map(({ key }) => weights[key]?.size ?? 0);
  return {
    dstates: states.map((state) => take(batch * state.width)),
    dSharedBias: take(width),
    dkept: states.map((state, index) => take(zoneout?.[index] ? batch * state.width : 0)),
    dmade: take(projects ? batch * hidden : 0),
    dhRead: take(recurrentDropout ? batch * output : 0),
    scratch: take(normalises ? (batch + 1) * width : 0),
    dgated: take(shape.recurrent === "gated" ? batch * hidden : 0),
    ofCell: Object.fromEntries(scratch.map(({ name, width: wide }) => [name, take(batch * wide)])),
    dprojected: take(projects ? chunks[0].steps * batch * output : 0),
    // Kernels that gather into several places at once are given room for what nobody wants.
    unwanted: take(Math.max(normalises ? width : 0, ...own, 0)),
    end,
  };
}
