import { UnrolledError } from "../../errors.ts";
import type { Machine } from "./machine.ts";
import type { Action } from "./operator.ts";
import type { OnnxValue } from "./value.ts";

/** One node, ready to run. Slots are places in a frame, −1 for what is left out. */
export interface PlanStep {
  readonly title: string;
  readonly action: Action;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Slots that its subgraphs read. */
  readonly captured: readonly number[];
  /** Slots that nobody reads after this step. */
  readonly done: readonly number[];
}

/** A value of the graph around that a subgraph reads: its slot there, and here. */
export interface Capture {
  readonly outer: number;
  readonly inner: number;
}

/** A graph in the order in which it runs. A frame is an array with a slot for each value. */
export interface Plan {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly outputNames: readonly string[];
  readonly captures: readonly Capture[];
  /** A frame that holds the constants. */
  readonly template: readonly (OnnxValue | undefined)[];
  readonly steps: readonly PlanStep[];
  /** The frame of the run in progress of the graph around, which captures are taken from. */
  readonly outer: { frame: (OnnxValue | undefined)[] };
  /** The frame of this plan's own run in progress, for subgraphs of its nodes. */
  readonly own: { frame: (OnnxValue | undefined)[] };
}

/** Runs a plan: values of its inputs in, those of its outputs out. */
export function runPlan(
  machine: Machine,
  plan: Plan,
  inputs: readonly (OnnxValue | undefined)[],
): (OnnxValue | undefined)[] {
  const { budget } = machine;
  const frame = plan.template.slice();
  for (let index = 0; index < plan.inputs.length; index++) frame[plan.inputs[index]] = inputs[index];
  for (const { outer, inner } of plan.captures) frame[inner] = plan.outer.frame[outer];
  budget.frames.push(frame);
  plan.own.frame = frame;
  for (const step of plan.steps) {
    budget.step();
    const values: (OnnxValue | undefined)[] = new Array(step.inputs.length);
    for (let index = 0; index < values.length; index++) {
      const slot = step.inputs[index];
      values[index] = slot < 0 ? undefined : frame[slot];
    }
    let results: ReturnType<Action>;
    try {
      results = step.action(values);
    } catch (error) {
      throw within(step.title, error);
    }
    const { outputs, done } = step;
    if (isList(results)) {
      for (let index = 0; index < outputs.length; index++) {
        if (outputs[index] >= 0) frame[outputs[index]] = results[index];
      }
    } else if (outputs[0] >= 0) frame[outputs[0]] = results;
    for (let index = 0; index < done.length; index++) frame[done[index]] = undefined;
  }
  budget.frames.pop();
  plan.own.frame = [];
  return plan.outputs.map((slot) => frame[slot]);
}

function isList(
  results: OnnxValue | readonly (OnnxValue | undefined)[],
): results is readonly (OnnxValue | undefined)[] {
  return Array.isArray(results);
}

/** The same error, saying in which node. */
function within(title: string, error: unknown): unknown {
  return error instanceof UnrolledError ? new UnrolledError(error.code, `${title}: ${error.message}`) : error;
}
