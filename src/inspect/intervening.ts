// Changes made to a layer's steps as they are taken. What a step has made of a gate or state that is changed is made again, by the
// cell's own equations in their order.
import { resolveActivation } from "../cells/activation.ts";
import { gateNames } from "../cells/parameters.ts";
import type { FunctionOf, StepEquation } from "../cells/spec.ts";
import type { Step } from "../cells/step.ts";
import { boundActivation } from "../kernels/reference/activation.ts";
import { type Cell, ownParameters, type StepObserver } from "../recurrent/cell.ts";
import { change, changesAt, type Intervention } from "./intervention.ts";

type Numbers = Float32Array | Float64Array;

const functionOf: FunctionOf = (activation, bound = 0) =>
  boundActivation(resolveActivation("trace", activation), bound).value;

/** Who makes the changes to one layer, a batch of one row. */
export function interveningIn(cell: Cell, interventions: readonly Intervention[]): StepObserver {
  if (interventions.length === 0) return {};
  const { shape, hidden } = cell;
  const equations = cell.equations?.(functionOf) ?? [];
  const isInFront = ({ makes }: StepEquation) => makes === "gated";
  // Of a cell whose last block reads gated h, the gates in front of it are changed before it reads that.
  const front = shape.recurrent === "gated" ? shape.gates.slice(0, -1) : [];
  const behind = gateNames(shape).filter((name) => !front.includes(name));
  const sums = new Float64Array(shape.gates.length * hidden);
  return {
    gated(step) {
      remake(rowOf(cell, step, sums), changesAt(interventions, step.t), front, equations.filter(isInFront));
    },
    before(step) {
      sums.set(step.view(step.sums, sums.length));
    },
    after(step) {
      if (!step.isRead(0)) return;
      const made = shape.states.filter(({ name }) => isLast(step, name)).map(({ name }) => name);
      const others = equations.filter((equation) => !isInFront(equation));
      remake(rowOf(cell, step, sums), changesAt(interventions, step.t), [...behind, ...made], others);
    },
    ends(step) {
      for (const { name, width } of shape.states)
        if (!isLast(step, name) || !step.isRead(0))
          change(changesAt(interventions, step.t), name, step.view(step.states[name].after, width));
    },
  };
}

/** Whether what the cell makes of a state is the state after the step, which projection and zoneout would change. */
function isLast(step: Step, state: string): boolean {
  const { made, after } = step.states[state];
  return made === after;
}

/** Changes quantities of a row, and makes again what is made of changed ones. */
function remake(
  row: Readonly<Record<string, Numbers>>,
  changes: readonly Intervention[],
  changeable: readonly string[],
  equations: readonly StepEquation[],
): void {
  if (changes.length === 0) return;
  const changed = new Set<string>();
  const changeOne = (name: string) => {
    if (changeable.includes(name) && change(changes, name, row[name])) changed.add(name);
  };
  for (const name of changeable) if (!equations.some(({ makes }) => makes === name)) changeOne(name);
  for (const { makes, of, unit } of equations) {
    if (of.some((name) => changed.has(name))) {
      const make = unit(row);
      row[makes].set(row[makes].map((_, place) => make(place)));
      changed.add(makes);
    }
    changeOne(makes);
  }
}

/** The numbers of a step of one row by name, to read and write; see `StepRow`. */
function rowOf({ shape, hidden }: Cell, step: Step, sums: Float64Array): Readonly<Record<string, Numbers>> {
  const row: Record<string, Numbers> = {
    gated: step.view(step.gated, hidden),
    hRead: step.view(step.hRead, step.output),
  };
  for (const [block, name] of shape.gates.entries()) {
    const from = block * hidden;
    row[name] = step.view(step.sums + from, hidden);
    row[`${name}Sum`] = sums.subarray(from, from + hidden);
    if (shape.recurrent === "apart") row[`${name}Recurrent`] = step.view(step.recurrent + from, hidden);
  }
  for (const { name, width } of shape.states) {
    const { before, made } = step.states[name];
    row[`${name}Before`] = step.view(before, width);
    row[name] = step.view(made, name === "h" ? hidden : width);
  }
  for (const { name, width } of shape.rooms ?? []) row[name] = step.view(step.rooms[name], width);
  for (const { key } of ownParameters(shape)) {
    const size = shape.parameters
      .find((parameter) => parameter.key === key)!
      .shape.reduce((a, b) => a * b, 1);
    row[key] = step.view(step.weights[key], size);
  }
  return row;
}
