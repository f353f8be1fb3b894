import type {
  BoundCell,
  CellShape,
  CellSpec,
  FunctionOf,
  ParameterShape,
  StepEquation,
} from "../cells/spec.ts";
import type { Step, StepGradients } from "../cells/step.ts";

/** A cell on a device: what is known of it, and what its steps compute. */
export interface Cell {
  /** What its errors name as the call. */
  readonly call: string;
  readonly spec: Pick<CellSpec, "kind" | "name">;
  readonly shape: CellShape;
  readonly bound: BoundCell;
  /** H. */
  readonly hidden: number;
  /** What a step makes of its gates; undefined of a cell that does not say. */
  readonly equations?: ((functionOf: FunctionOf) => readonly StepEquation[]) | undefined;
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
  /** Of a cell whose last block reads gated h: the gates in front of that block are there, and `gated`, which its product will read. */
  gated?(step: Step): void;
  /** Before the gate arithmetic: the sums of the step stand there. */
  before?(step: Step): void;
  /** After it: the gates stand where the sums were, and the states made where they belong. */
  after?(step: Step): void;
  /** After projection and zoneout: the states after the step stand there. */
  ends?(step: Step): void;
  /**
   * On the way back, before anything of the step is walked back: gradients of the states after it, in the cell's order, as later steps
   * passed them on, and of its output, 0 if it has none.
   */
  arrives?(step: Step, dstates: readonly number[], dy: number): void;
  /** On the way back, before the cell's gradients are taken: those of what it made. */
  backward?(step: Step, gradients: StepGradients): void;
}
