// The way back of what h adds to the sums of a step (recurrence-step.ts):
//   sums += h·W_hhᵀ                        most cells
//   recurrent = h·W_hhᵀ + b_hh             cells with a gate that acts on this product alone
//   sums += LN(h·W_hhᵀ)∘gain + b_hh        layer normalisation over all gates at once (Ba, Kiros & Hinton 2016)
//   gates' sums += h·W_hhᵀ, then candidate's sums += gated·W_hnᵀ    cells whose candidate reads gated h
import type { Step } from "../cells/step.ts";
import { standsApart, sumsWidth } from "./cell.ts";
import type { StepBackwardPlaces, StepLayer } from "./recurrence-step.ts";

/**
 * Adds what the sums' gradients say of the h that was read to dhRead, and gathers the gradient of the normalisation's gain.
 * Overwrites `recurrent` by its gradient where that stands apart.
 */
export function recurrentProductBackward(
  { device, cell, places }: StepLayer,
  step: Step,
  { gates, candidate, ofCell, dnormHh, scratch }: StepBackwardPlaces,
): void {
  const { kernels } = device;
  const { shape, bound } = cell;
  const { batch, hidden, output, sums, recurrent } = step;
  if (shape.recurrent === "none") return;
  const width = sumsWidth(cell);
  const gateWidth = bound.gate ? width - hidden : width;
  const { dgated, dhRead } = ofCell;
  if (shape.normalises) {
    const { recurrentStatistics } = step;
    const unused = scratch + batch * width;
    kernels.fill(scratch, 0, batch * width);
    kernels.layerNormBackward(
      recurrent,
      places.normHh,
      recurrentStatistics,
      sums,
      scratch,
      dnormHh,
      unused,
      batch,
      width,
    );
    kernels.copyRows(scratch, 0, recurrent, 0, 1, batch * width, 0);
  }
  if (bound.gate) {
    kernels.gemm(sums + gateWidth, width, 1, candidate, 0, dgated, hidden, batch, hidden, hidden, 0);
    bound.gate.backward(step, ofCell);
  }
  const from = standsApart(shape) ? recurrent : sums;
  kernels.gemm(from, width, 1, gates, 0, dhRead, output, batch, output, gateWidth, 1);
}
