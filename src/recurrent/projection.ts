// h = W_hr·h̃, h̃ [B, H] being what the cell made and h [B, P] what steps and layers read (LSTMP: Sak, Senior & Beaufays 2014).
import type { Step } from "../cells/step.ts";
import type { StepBackLayer, StepLayer } from "./recurrence-step.ts";

/** A row that is not read keeps its h. */
export function project({ device: { kernels }, places }: StepLayer, step: Step): void {
  const { hidden, output, batch, h, projected } = step;
  kernels.gemm(h.made, hidden, 1, places.projection, 0, projected, output, batch, output, hidden, 0);
  if (step.lengths === 0) return;
  for (let b = 0; b < batch; b++) {
    if (step.isRead(b)) continue;
    kernels.copyRows(h.before + b * output, 0, projected + b * output, 0, 1, output, 0);
  }
}

/**
 * dmade [B, H] is overwritten by the gradient of what the cell made. What there was of h's gradient moves from dh to dprojected [B, P],
 * which the weight's gradient is made of; where a row was not read it stays in dh, and dprojected is zero.
 */
export function projectBackward(
  { device: { kernels }, projectionBack }: StepBackLayer,
  step: Step,
  { dh, dmade, dprojected }: { dh: number; dmade: number; dprojected: number },
): void {
  const { batch, hidden, output } = step;
  kernels.copyRows(dh, 0, dprojected, 0, 1, batch * output, 0);
  for (let b = 0; b < batch; b++) kernels.fill((step.isRead(b) ? dh : dprojected) + b * output, 0, output);
  kernels.gemm(dprojected, output, 1, projectionBack, 0, dmade, hidden, batch, hidden, output, 0);
}
