import { gateNames } from "../cells/parameters.ts";
import { UnrolledError } from "../errors.ts";
import type { Cell } from "../recurrent/cell.ts";

/** Where an intervention acts. */
interface InterventionPlace {
  /** From 0, the layer that reads the input. */
  readonly layer: number;
  /** The state after a step, or a gate of it, by the cell's names. */
  readonly what: string;
  /** Which units; all if not given. */
  readonly units?: readonly number[] | undefined;
  /** Steps `from` to `to` − 1; from the first and to the last if not given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * A change made to a network as it runs: units of a state or gate are set to `value`, or multiplied by `scale`. `value` 0 ablates
 * them; an edit of the state at one step has `to` = `from` + 1. What the step makes of them afterwards follows: a gate changes c and
 * h, c changes h.
 */
export type Intervention = InterventionPlace &
  (
    | { readonly value: number; readonly scale?: undefined }
    | { readonly scale: number; readonly value?: undefined }
  );

/** @throws UnrolledError "invalid-argument" that names the entry. */
export function checkInterventions(
  call: string,
  interventions: readonly Intervention[],
  layers: readonly { readonly cell: Pick<Cell, "spec" | "shape" | "hidden" | "equations"> }[],
): void {
  interventions.forEach((entry, index) => {
    const check = (holds: boolean, field: string, value: unknown, needed: string) => {
      if (holds) return;
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `${field} of intervention ${index} is ${value}, needed ${needed}`,
      });
    };
    const { layer, what, units = [], from = 0, to = Number.POSITIVE_INFINITY, value, scale } = entry;
    const isStep = (step: number) =>
      step >= 0 && (Number.isInteger(step) || step === Number.POSITIVE_INFINITY);
    check(
      Number.isInteger(layer) && layer >= 0 && layer < layers.length,
      "layer",
      layer,
      `0 to ${layers.length - 1}`,
    );
    const { spec, shape, hidden, equations } = layers[layer].cell;
    const gates = gateNames(shape);
    const states = shape.states.map(({ name }) => name);
    // What follows from a gate is known where the cell says so.
    const known = equations ? [...states, ...gates] : states;
    const why = equations || !gates.includes(what) ? "" : ", which does not say what its gates make";
    check(
      known.includes(what),
      "what",
      `"${what}"`,
      `one of ${known.join(", ")} for a cell of kind ${spec.kind}${why}`,
    );
    const width = shape.states.find(({ name }) => name === what)?.width ?? hidden;
    for (const unit of units)
      check(Number.isInteger(unit) && unit >= 0 && unit < width, "unit", unit, `0 to ${width - 1}`);
    check(isStep(from), "from", from, "a whole number of at least 0");
    check(isStep(to) && to >= from, "to", to, `a whole number of at least ${from}`);
    if (scale === undefined) check(Number.isFinite(value), "value", value, "a finite number, or a scale");
    else
      check(Number.isFinite(scale) && value === undefined, "scale", scale, "a finite number, and no value");
  });
}

/** The changes that are made at a step, in the order in which they were given. */
export function changesAt(interventions: readonly Intervention[], t: number): readonly Intervention[] {
  return interventions.filter(({ from = 0, to = Number.POSITIVE_INFINITY }) => t >= from && t < to);
}

/** Changes numbers of units; returns whether any change was about them. */
export function change(
  changes: readonly Intervention[],
  what: string,
  numbers: Float32Array | Float64Array,
): boolean {
  let changed = false;
  for (const entry of changes) {
    if (entry.what !== what) continue;
    changed = true;
    const { value, scale = 0 } = entry;
    for (const unit of entry.units ?? numbers.keys()) numbers[unit] = value ?? numbers[unit] * scale;
  }
  return changed;
}

/** The same changes, their steps counted from a later step on; those that are over are left out. */
export function laterBy(interventions: readonly Intervention[], steps: number): Intervention[] {
  return interventions
    .filter(({ to = Number.POSITIVE_INFINITY }) => to > steps)
    .map(({ from = 0, to, ...rest }) => ({
      ...rest,
      from: Math.max(0, from - steps),
      ...(to === undefined ? {} : { to: to - steps }),
    }));
}
