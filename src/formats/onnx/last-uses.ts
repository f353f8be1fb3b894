// What is held no longer than it is read: constants once a model is open, values while it runs.
import { TYPES } from "./data-types.ts";
import type { PlanStep } from "./plan.ts";
import type { Scope } from "./scope.ts";

/** Lets go of constants that no step reads: what others were folded from, and weights that have been packed. */
export function forgetUnread(scope: Scope, steps: readonly PlanStep[], outputs: readonly number[]): void {
  const read = new Set(outputs);
  const shapeRead = new Set<number>();
  for (const { inputs, released } of steps) {
    inputs.forEach((slot, index) => {
      (released.has(index) ? shapeRead : read).add(slot);
    });
  }
  scope.template.forEach((value, slot) => {
    if (!value || read.has(slot)) return;
    const { type, dims } = value;
    scope.template[slot] = shapeRead.has(slot) ? { type, dims, data: TYPES[type].make(0) } : undefined;
  });
}

/** Says of each step which values nobody reads later, so that their memory is free again. */
export function withLastUses(steps: readonly PlanStep[], kept: Set<number>): PlanStep[] {
  const reading = new Set(kept);
  const last = steps.toReversed().map((step) => {
    const done = [...new Set([...step.inputs, ...step.captured, ...step.outputs])].filter(
      (slot) => slot >= 0 && !reading.has(slot),
    );
    for (const slot of done) reading.add(slot);
    return { ...step, done };
  });
  return last.reverse();
}
