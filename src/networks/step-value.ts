import type { Parameter } from "../module/module.ts";
import type { PlacedValue } from "../session/steps.ts";
import type { ValueShape } from "./value-shape.ts";

/** What a layer puts out at one step. */
export interface StepValue extends PlacedValue {
  /** Where it is a row of an embedding, whose, and which at this step. */
  readonly row?: { readonly of: Parameter; id: number };
}

/** Whether an axis is one that a session walks along, and not part of a step: sequences side by side, and their steps. */
export function isWalked(axis: number | string): boolean {
  return axis === "B" || axis === "T";
}

/** Entries that one sequence has at one step; undefined where a length among them is free. */
export function stepWidth({ axes }: ValueShape): number | undefined {
  let width = 1;
  for (const axis of axes) {
    if (isWalked(axis)) continue;
    if (typeof axis === "string") return undefined;
    width *= axis;
  }
  return width;
}
