// h = W_hr·h̃, h̃ [B, H] being what the cell made and h [B, P] what steps and layers read (LSTMP: Sak, Senior & Beaufays 2014).
import { packed } from "../tensor/operations/products.ts";
import type { StepPlaces } from "./cell.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";

/** A row that is not read keeps its h. */
export function project(run: RecurrenceRun, step: StepPlaces): void {
  const { device, weights } = run;
  const { kernels } = device;
  const { hidden, output, batch, t } = step;
  const weight = packed(weights.weightHr!, "transposed");
  kernels.gemm(step.h, hidden, 1, weight, 0, step.projected, output, batch, output, hidden, 0);
  if (run.readsAll) return;
  for (let b = 0; b < batch; b++) {
    if (run.isRead(t, b)) continue;
    kernels.copyRows(step.hBefore + b * output, 0, step.projected + b * output, 0, 1, output, 0);
  }
}

/**
 * dmade [B, H] is overwritten by the gradient of what the cell made. What there was of h's gradient moves from dh to dprojected [B, P],
 * which the weight's gradient is made of; where a row was not read it stays in dh, and dprojected is zero.
 */
export function projectBackward(
  run: RecurrenceRun,
  { batch, hidden, output, t }: StepPlaces,
  { dh, dmade, dprojected }: { dh: number; dmade: number; dprojected: number },
): void {
  const { device, weights } = run;
  const { kernels } = device;
  kernels.copyRows(dh, 0, dprojected, 0, 1, batch * output, 0);
  for (let b = 0; b < batch; b++) {
    const to = run.isRead(t, b) ? dh : dprojected;
    kernels.fill(to + b * output, 0, output);
  }
  const weight = packed(weights.weightHr!, "plain");
  kernels.gemm(dprojected, output, 1, weight, 0, dmade, hidden, batch, hidden, output, 0);
}
