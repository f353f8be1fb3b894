import type { BoundCell, CellShape, CellSpec, ParameterShape } from "../cells/spec.ts";
import type { Step, StepGradients } from "../cells/step.ts";

/** A cell on a device: what is known of it, and what its steps compute. */
export interface Cell {
  readonly spec: Pick<CellSpec, "kind" | "name">;
  readonly shape: CellShape;
  readonly bound: BoundCell;
  /** H. */
  readonly hidden: number;
}

/**
 * Weights of one layer in one direction, by their keys: W_ih, W_hh and their biases, W_hr, gains of layer normalisation, and those
 * that the cell alone reads. What a layer lacks is undefined.
 */
export interface CellWeights<Entry> {
  /** [G·H, I]. */
  readonly weightIh: Entry;
  /** [G·H, P]. */
  readonly weightHh: Entry;
  /** [G·H] each. */
  readonly biasIh: Entry | undefined;
  readonly biasHh: Entry | undefined;
  readonly [key: string]: Entry | undefined;
}

/** Keys of the weights that the engine reads itself; a cell reads the others. */
const OF_PRODUCTS = ["weightIh", "weightHh", "biasIh", "biasHh", "weightHr", "normIh", "normHh"];

/** The parameters that the cell itself reads. */
export function ownParameters({ parameters }: CellShape): readonly ParameterShape[] {
  return parameters.filter(({ key }) => !OF_PRODUCTS.includes(key));
}

/** G·H. */
export function sumsWidth({ shape, hidden }: Cell): number {
  return shape.gates.length * hidden;
}

/** Whether h's product stands apart from x's until the cell, or a normalisation, has read it. */
export function standsApart({ recurrent, normalises }: CellShape): boolean {
  return recurrent === "apart" || normalises === true;
}

/** Sizes of one run through a layer. */
export interface RunSize {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
  /** P: width of h, which is H unless h is projected. */
  readonly output: number;
}

/** Looks at the steps of a layer as they are taken, and may change what it finds in the heap; the layer need not know of it. */
export interface StepObserver {
  /** Before the gate arithmetic: the sums of the step stand there. */
  before?(step: Step): void;
  /** After it: the gates stand where the sums were, and the states made where they belong. */
  after?(step: Step): void;
  /** On the way back, before a step's gradients are taken: those of its states are what later steps passed on, dy that of its output. */
  backward?(step: Step, gradients: StepGradients): void;
}
