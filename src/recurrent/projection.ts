// h = W_hr·h̃, h̃ [B, H] being what the cell made and h [B, P] what steps and layers read (LSTMP: Sak, Senior & Beaufays 2014).
import type { Step } from "../cells/step.ts";
import type { StepBackLayer, StepLayer } from "./recurrence-step.ts";

/** A row that is not read keeps its h. */
export function project({ device: { kernels }, places }: StepLayer, step: Step): void {
  const { hidden, output, batch, h, projected } = step;
  kernels.gemm({ a: h.made, packed: places.projection, c: projected, m: batch, n: output, k: hidden });
  if (step.lengths === 0) return;
  for (let b = 0; b < batch; b++) {
    if (step.isRead(b)) continue;
    kernels.copyRows({ x: h.before + b * output, y: projected + b * output, n: output });
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
  kernels.copyRows({ x: dh, y: dprojected, n: batch * output });
  for (let b = 0; b < batch; b++) kernels.fill((step.isRead(b) ? dh : dprojected) + b * output, 0, output);
  kernels.gemm({ a: dprojected, packed: projectionBack, c: dmade, m: batch, n: hidden, k: output });
}
