import { UnrolledError } from "../../errors.ts";
import type { Dependence } from "./dependence.ts";
import type { Machine } from "./machine.ts";
import type { Action, Frame, Results, Steps } from "./operator.ts";
import type { OnnxValue } from "./value.ts";

/** One node, ready to run. Slots are places in a frame, −1 for what is left out. */
export interface PlanStep {
  readonly title: string;
  readonly action: Action;
  /** Whether it runs subgraphs, step by step. */
  readonly isControl: boolean;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Slots that its subgraphs read. */
  readonly captured: readonly number[];
  /** Places among the inputs whose numbers it does not read. */
  readonly released: ReadonlySet<number>;
  /** Whether its results follow from the shapes of the model's inputs. */
  readonly byShapes: boolean;
  /** Whether the shape of a result follows from numbers that come in. */
  readonly byNumbers: boolean;
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
  /** What each output depends on. */
  readonly dependences: readonly Dependence[];
  readonly outputNames: readonly string[];
  readonly captures: readonly Capture[];
  /** A frame that holds the constants. */
  readonly template: readonly (OnnxValue | undefined)[];
  readonly steps: readonly PlanStep[];
  /** Whether every run of the same shapes does the same with other numbers. */
  readonly isFixed: boolean;
  /** A frame that holds what follows from shapes too, and which shapes those are (the machine's number for them). */
  readonly kept: { shapes: number; frame: (OnnxValue | undefined)[] };
}

/** Entries of a value that is kept for the next run of the same shapes; with a larger one nothing is kept. */
const MOST_KEPT = 2 ** 14;

/**
 * Runs a plan: values of its inputs in, those of its outputs out. Where the machine is to pause, it does so between two nodes.
 *
 * @param around the frame of the graph around, which captures are taken from
 */
export function* runPlan(
  machine: Machine,
  plan: Plan,
  inputs: readonly (OnnxValue | undefined)[],
  around: Frame,
): Steps<(OnnxValue | undefined)[]> {
  const { budget, shapes } = machine;
  const { kept, steps } = plan;
  const knowsShapes = kept.shapes === shapes;
  const frame = knowsShapes ? kept.frame.slice() : plan.template.slice();
  const keeping = knowsShapes ? undefined : plan.template.slice();
  let keepsAll = true;
  for (let index = 0; index < plan.inputs.length; index++) frame[plan.inputs[index]] = inputs[index];
  for (const { outer, inner } of plan.captures) frame[inner] = around[outer];
  budget.frames.push(frame);
  budget.entries(frame.length + steps.length);
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place];
    if (knowsShapes && step.byShapes) continue;
    if (machine.isPauseDue()) yield;
    budget.step(step.inputs.length + step.outputs.length);
    const results = yield* resultsOf(step, frame);
    putResults(step, results, frame);
    if (keeping && step.byShapes) {
      for (const slot of step.outputs) {
        if (slot < 0) continue;
        const value = frame[slot];
        keeping[slot] = value;
        keepsAll = keepsAll && (value?.data.length ?? 0) <= MOST_KEPT;
        if (value) machine.outlives(value);
      }
    }
    for (const slot of step.done) frame[slot] = undefined;
  }
  if (keeping && keepsAll) {
    kept.frame = keeping;
    kept.shapes = shapes;
  }
  budget.frames.pop();
  return plan.outputs.map((slot) => frame[slot]);
}

/** Runs one node on its inputs out of the frame. */
function* resultsOf(step: PlanStep, frame: Frame): Steps<Results> {
  const { title, action, isControl, inputs } = step;
  const values: (OnnxValue | undefined)[] = new Array(inputs.length);
  for (let index = 0; index < values.length; index++) {
    values[index] = inputs[index] < 0 ? undefined : frame[inputs[index]];
  }
  if (!isControl) return runNode(step, values, frame);
  try {
    return yield* action(values, frame) as Steps<Results>;
  } catch (error) {
    throw within(title, error);
  }
}

/** Runs one node without subgraphs. */
export function runNode(
  { title, action }: PlanStep,
  values: readonly (OnnxValue | undefined)[],
  frame: Frame,
): Results {
  try {
    return action(values, frame) as Results;
  } catch (error) {
    throw within(title, error);
  }
}

/** Puts the outputs of a node into the frame. */
export function putResults({ outputs }: PlanStep, results: Results, frame: (OnnxValue | undefined)[]): void {
  if (isList(results)) {
    for (let index = 0; index < outputs.length; index++) {
      if (outputs[index] >= 0) frame[outputs[index]] = results[index];
    }
  } else if (outputs[0] >= 0) frame[outputs[0]] = results;
}

function isList(results: Results): results is readonly (OnnxValue | undefined)[] {
  return Array.isArray(results);
}

/** The same error, saying in which node. */
function within(title: string, error: unknown): unknown {
  if (!(error instanceof UnrolledError) || error.code === "aborted") return error;
  return error.within({ place: title });
}
