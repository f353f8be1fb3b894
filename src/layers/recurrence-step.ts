// One step of a layer, once x's part of its sums is there: what h adds to the sums, the cell, projection, zoneout. A layer has the
// stages that its options name; the plain one is a matrix product and a kernel.
import type { StepGradients, StepPlaces } from "./cell.ts";
import { project, projectBackward } from "./projection.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";
import { dropRead, dropReadBackward } from "./recurrent-dropout.ts";
import { type RecurrentMatrix, recurrentProduct, recurrentProductBackward } from "./recurrent-product.ts";
import { zoneOut, zoneOutBackward } from "./zoneout.ts";

export function stepForward(run: RecurrenceRun, step: StepPlaces): void {
  const { device, cell, weights } = run;
  const { recurrentDropout, zoneout } = run.input;
  if (recurrentDropout) dropRead(device, recurrentDropout, step);
  recurrentProduct(run, step);
  cell.forward(device, step);
  if (weights.weightHr) project(run, step);
  if (zoneout?.h) {
    const size = step.batch * step.output;
    zoneOut(device, zoneout.h, step.t, {
      made: step.projected,
      before: step.hBefore,
      after: step.hAfter,
      size,
    });
  }
  if (zoneout?.c) {
    const size = step.batch * step.hidden;
    zoneOut(device, zoneout.c, step.t, { made: step.c, before: step.cBefore, after: step.cAfter, size });
  }
}

/** What is carried back from step to step, room that a step needs, and where gradients of weights are gathered at each step. */
export interface StepBackwardPlaces {
  readonly matrix: RecurrentMatrix;
  /** Gradients of the state after the step, then of the one before: h [B, P], c [B, H]. */
  readonly dh: number;
  readonly dc: number;
  /** Of what passes by the step because of zoneout. */
  readonly dhKept: number;
  readonly dcKept: number;
  /** For the cell, its dh being that of what it made [B, H]: dh above unless h is projected. */
  readonly ofCell: StepGradients;
  /** Of the h that was read [B, P]: dh itself unless entries are dropped. */
  readonly dhRead: number;
  readonly dnormHh: number;
  readonly scratch: number;
  readonly dmix: number;
}

/** The stages from last to first. dy is the gradient of the step's output, 0 if none; dprojected [B, P] is written if h is projected. */
export function stepBackward(
  run: RecurrenceRun,
  step: StepPlaces,
  dy: number,
  dprojected: number,
  places: StepBackwardPlaces,
): void {
  const { device, cell, weights } = run;
  const { kernels } = device;
  const { recurrentDropout, zoneout } = run.input;
  const { dh, dc, dhKept, dcKept, ofCell, dhRead } = places;
  const [hSize, cSize] = [step.batch * step.output, step.batch * step.hidden];
  // The cell's kernel adds dy itself where the cell's h is the output; its rows that are not read put nothing out.
  const addsOutput = dy !== 0 && (weights.weightHr || zoneout?.h || run.input.mask);
  if (addsOutput) addOutputGradient(run, step, dy, dh);
  if (zoneout?.h) zoneOutBackward(device, zoneout.h, step.t, { d: dh, kept: dhKept, size: hSize });
  if (zoneout?.c) zoneOutBackward(device, zoneout.c, step.t, { d: dc, kept: dcKept, size: cSize });
  if (weights.weightHr) projectBackward(run, step, { dh, dmade: ofCell.dh, dprojected });
  cell.backward(device, step, addsOutput ? 0 : dy, ofCell);
  if (recurrentDropout) kernels.fill(dhRead, 0, hSize);
  recurrentProductBackward(run, step, places);
  if (recurrentDropout) dropReadBackward(device, recurrentDropout, step, { dhRead, dh });
  if (zoneout?.h) kernels.addScaled(dhKept, 1, dh, hSize);
  if (zoneout?.c) kernels.addScaled(dcKept, 1, dc, cSize);
}

/** dh ← dh + dy, in the rows whose sequence has not ended: after that, outputs are zeros that nothing made. */
function addOutputGradient(
  run: RecurrenceRun,
  { t, batch, output }: StepPlaces,
  dy: number,
  dh: number,
): void {
  const { lengths } = run.input;
  const { kernels } = run.device;
  if (!lengths) kernels.addScaled(dy, 1, dh, batch * output);
  else
    lengths.forEach((length, b) => {
      if (t < length) kernels.addScaled(dy + b * output, 1, dh + b * output, output);
    });
}
