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
    kernels.layerNormBackward({
      x: recurrent,
      weight: places.normHh,
      statistics: recurrentStatistics,
      dy: sums,
      dx: scratch,
      dweight: dnormHh,
      dbias: unused,
      m: batch,
      n: width,
    });
    kernels.copyRows({ x: scratch, y: recurrent, n: batch * width });
  }
  if (bound.gate) {
    kernels.gemm({
      a: sums + gateWidth,
      aRow: width,
      packed: candidate,
      c: dgated,
      m: batch,
      n: hidden,
      k: hidden,
    });
    bound.gate.backward(step, ofCell);
  }
  const from = standsApart(shape) ? recurrent : sums;
  kernels.gemm({
    a: from,
    aRow: width,
    packed: gates,
    c: dhRead,
    m: batch,
    n: output,
    k: gateWidth,
    accumulate: 1,
  });
}
