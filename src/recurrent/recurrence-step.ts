// One step of a layer: what x and h add to its sums, the cell, projection, zoneout. A layer has the stages that its options name;
// the plain one is a matrix product and a kernel. Sequences, streams and graphs from elsewhere all take their steps here.
import { NORM_EPSILON } from "../cells/norm-epsilon.ts";
import type { Step, StepGradients } from "../cells/step.ts";
import type { Device } from "../tensor/device.ts";
import { type Cell, type StepObserver, standsApart, sumsWidth } from "./cell.ts";
import type { LayerPlaces } from "./layer-places.ts";
import { project, projectBackward } from "./projection.ts";
import { dropRead, dropReadBackward, type RecurrentDropout } from "./recurrent-dropout.ts";
import { recurrentProductBackward } from "./recurrent-product.ts";
import { type Zoneout, zoneOut, zoneOutBackward } from "./zoneout.ts";

/** What a step is taken with. */
export interface StepLayer {
  readonly device: Device;
  readonly cell: Cell;
  readonly places: LayerPlaces;
  /** Of the h that the products of each step read. */
  readonly recurrentDropout?: RecurrentDropout | undefined;
  /** Of each state, in the cell's order. */
  readonly zoneout?: readonly (Zoneout | undefined)[] | undefined;
  readonly observer?: StepObserver | undefined;
  /** Numbers on their way into a product: returns where they are to be read. As they are, if not given. */
  readonly entering?: ((from: number, size: number) => number) | undefined;
  /** A layer's own room: a product before it is normalised [B, G·H], and zeros in place of a bias [G·H]. */
  readonly product: number;
  readonly noBias: number;
}

/** Sums of some rows, from x's product or the normalisation of it. */
export interface InputPlaces {
  readonly xs: number;
  readonly rows: number;
  readonly input: number;
  readonly sums: number;
  /** Where the product stands before it is normalised [rows, G·H], and its statistics [rows, 2]; 0 where it is not. */
  readonly products: number;
  readonly statistics: number;
}

/** sums ← x·W_ih + bias, or LN(x·W_ih)∘gain + bias (Ba, Kiros & Hinton 2016). */
export function inputSums(layer: StepLayer, at: InputPlaces, bias: number): void {
  const { device, cell, places } = layer;
  const { xs, rows, input, sums, products, statistics } = at;
  const width = sumsWidth(cell);
  const isNormed = cell.shape.normalises === true;
  const to = isNormed ? products : sums;
  device.kernels.gemm({
    a: xs,
    packed: places.input,
    bias: isNormed ? 0 : bias,
    c: to,
    m: rows,
    n: width,
    k: input,
  });
  if (isNormed) normalise(layer, products, places.normIh, bias, sums, statistics, rows);
}

/** What h adds to the sums, there (`accumulate`) or apart; from a cell whose last block reads gated h, what the gates read. */
export function recurrentSums(
  { device, cell, places, entering }: StepLayer,
  step: Step,
  from: number,
  to: number,
  bias: number,
  accumulate: 0 | 1,
): void {
  if (cell.shape.recurrent === "none") return;
  const { batch, hidden, output } = step;
  const width = sumsWidth(cell);
  const n = cell.shape.recurrent === "gated" ? width - hidden : width;
  const read = entering ? entering(from, batch * output) : from;
  device.kernels.gemm({
    a: read,
    packed: places.gates,
    bias,
    c: to,
    cRow: width,
    m: batch,
    n,
    k: output,
    accumulate,
  });
}

/** From the sums to the states after the step. */
export function finishStep(layer: StepLayer, step: Step): void {
  const { device, cell, places, zoneout, observer, entering } = layer;
  const { shape, bound } = cell;
  const { kernels } = device;
  const { batch, hidden } = step;
  const width = sumsWidth(cell);
  if (shape.normalises) {
    const { recurrent, recurrentStatistics } = step;
    normalise(layer, recurrent, places.normHh, places.biasHh, layer.product, recurrentStatistics, batch);
    kernels.addScaled(layer.product, 1, step.sums, batch * width);
  }
  if (bound.gate) {
    bound.gate.forward(step);
    observer?.gated?.(step);
    const read = entering ? entering(step.gated, batch * hidden) : step.gated;
    const candidate = step.sums + width - hidden;
    kernels.gemm({
      a: read,
      packed: places.candidate,
      c: candidate,
      cRow: width,
      m: batch,
      n: hidden,
      k: hidden,
      accumulate: 1,
    });
  }
  observer?.before?.(step);
  bound.forward(step);
  observer?.after?.(step);
  if (shape.projects) project(layer, step);
  if (zoneout) {
    for (let state = 0; state < zoneout.length; state++) {
      const how = zoneout[state];
      if (!how) continue;
      const { before, made, after } = step.stateList[state];
      const from = state === 0 ? step.projected : made;
      const size = batch * shape.states[state].width;
      zoneOut(device, how, step.t, { made: from, before, after, size });
    }
  }
  observer?.ends?.(step);
}

/** A whole step of a sequence, once x's part of its sums is there. */
export function stepForward(layer: StepLayer, step: Step): void {
  const { device, cell, places, recurrentDropout } = layer;
  if (recurrentDropout) dropRead(device, recurrentDropout, step);
  const apart = standsApart(cell.shape);
  const bias = cell.shape.recurrent === "apart" ? places.biasHh : 0;
  recurrentSums(layer, step, step.hRead, apart ? step.recurrent : step.sums, bias, apart ? 0 : 1);
  finishStep(layer, step);
}

/** to ← LN(from)∘gain + bias over each of the rows, whose mean and 1/deviation are left in statistics. */
function normalise(
  { device, cell, noBias }: StepLayer,
  from: number,
  gain: number,
  bias: number,
  to: number,
  statistics: number,
  rows: number,
): void {
  device.kernels.layerNorm({
    x: from,
    weight: gain,
    bias: bias || noBias,
    y: to,
    statistics,
    epsilon: NORM_EPSILON,
    m: rows,
    n: sumsWidth(cell),
  });
}

/** What is carried back from step to step, room that a step needs, and where gradients of weights are gathered at each step. */
export interface StepBackwardPlaces {
  /** W_hh packed for the way back: whole, or the gates' rows and the candidate's. */
  readonly gates: number;
  readonly candidate: number;
  /** Gradients of the states after the step, then of those before, [B, width] each, in the cell's order. */
  readonly dstates: readonly number[];
  /** Of what passes by the step because of zoneout. */
  readonly dkept: readonly number[];
  /** For the cell, its dh being that of what it made [B, H]: dh above unless h is projected. */
  readonly ofCell: StepGradients;
  readonly dnormHh: number;
  /** Room for [B + 1, G·H] where sums are layer-normalised. */
  readonly scratch: number;
}

/** A layer whose steps are walked back. */
export interface StepBackLayer extends StepLayer {
  /** W_hr packed for the way back. */
  readonly projectionBack: number;
  readonly lengths: readonly number[] | undefined;
  readonly isMasked: boolean;
}

/** The stages from last to first. dy is the gradient of the step's output, 0 if none; dprojected [B, P] is written if h is projected. */
export function stepBackward(
  layer: StepBackLayer,
  step: Step,
  dy: number,
  dprojected: number,
  places: StepBackwardPlaces,
): void {
  const { device, cell, recurrentDropout, zoneout, observer } = layer;
  const { kernels } = device;
  const { dstates, dkept, ofCell } = places;
  const [dh] = dstates;
  const hSize = step.batch * step.output;
  observer?.arrives?.(step, dstates, dy);
  // The cell's kernel adds dy itself where the cell's h is the output; its rows that are not read put nothing out.
  const addsOutput = dy !== 0 && (cell.shape.projects || zoneout?.[0] !== undefined || layer.isMasked);
  if (addsOutput) addOutputGradient(layer, step, dy, dh);
  if (zoneout) {
    for (let state = 0; state < zoneout.length; state++) {
      const how = zoneout[state];
      const size = step.batch * cell.shape.states[state].width;
      if (how) zoneOutBackward(device, how, step.t, { d: dstates[state], kept: dkept[state], size });
    }
  }
  if (cell.shape.projects) projectBackward(layer, step, { dh, dmade: ofCell.states.h, dprojected });
  ofCell.dy = addsOutput ? 0 : dy;
  observer?.backward?.(step, ofCell);
  cell.bound.backward(step, ofCell);
  if (recurrentDropout) kernels.fill(ofCell.dhRead, 0, hSize);
  recurrentProductBackward(layer, step, places);
  if (recurrentDropout) dropReadBackward(device, recurrentDropout, step, { dhRead: ofCell.dhRead, dh });
  if (zoneout) {
    for (let state = 0; state < zoneout.length; state++) {
      if (!zoneout[state]) continue;
      kernels.addScaled(dkept[state], 1, dstates[state], step.batch * cell.shape.states[state].width);
    }
  }
}

/** dh ← dh + dy, in the rows whose sequence has not ended: after that, outputs are zeros that nothing made. */
function addOutputGradient(
  { device, lengths }: StepBackLayer,
  { t, batch, output }: Step,
  dy: number,
  dh: number,
): void {
  const { kernels } = device;
  if (!lengths) kernels.addScaled(dy, 1, dh, batch * output);
  else
    lengths.forEach((length, b) => {
      if (t < length) kernels.addScaled(dy + b * output, 1, dh + b * output, output);
    });
}
