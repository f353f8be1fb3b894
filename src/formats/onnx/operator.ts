import type { Attributes } from "./attributes.ts";
import type { Machine } from "./machine.ts";
import type { GraphProto } from "./model-proto.ts";
import type { Plan } from "./plan.ts";
import type { OnnxValue } from "./value.ts";

/** The values of a graph while it runs, each in its slot. */
export type Frame = readonly (OnnxValue | undefined)[];

/** The values of a node's outputs. One output need not be wrapped. */
export type Results = OnnxValue | readonly (OnnxValue | undefined)[];

/** What can pause between two nodes of a subgraph. */
export type Steps<Result> = Generator<void, Result, void>;

/**
 * What a node was made into: from the values of its inputs those of its outputs, step by step where it runs subgraphs. These take what
 * stands around them out of `frame`.
 */
export type Action = (
  inputs: readonly (OnnxValue | undefined)[],
  frame: Frame,
) => Results | Steps<readonly (OnnxValue | undefined)[]>;

/** What an operator is given of a node to make it into an action, once, when the model is opened. */
export interface NodeContext {
  readonly operator: string;
  readonly attributes: Attributes;
  /** Version of ONNX's operators that the model uses. */
  readonly opset: number;
  readonly machine: Machine;
  /** A number of its own in the model, the same whenever the file is opened. */
  readonly number: number;
  readonly inputCount: number;
  readonly outputCount: number;
  /** Whether an input is given. */
  given(input: number): boolean;
  /** Whether anybody asks for an output. */
  wanted(output: number): boolean;
  /** The value of an input that is the same in every run. */
  constant(input: number): OnnxValue | undefined;
  /** Says that of a constant input only type and shape are read from now on, its numbers having been packed. */
  release(...inputs: readonly number[]): void;
  /** Makes a subgraph into a plan whose runs see what stands around the node. */
  subgraph(graph: GraphProto): Plan;
  /** Says that this node keeps a state over its steps, and whether a stream may carry it from call to call; after its subgraphs. */
  recurrent(states: { readonly carried: boolean; readonly causal: boolean }): void;
}

/** An operator: how many inputs and outputs it has, and what becomes of a node of it. */
export interface Operator {
  readonly inputs: readonly [least: number, most: number];
  /** How many of the first inputs may be left out all the same; none if not given. */
  readonly mayLack?: number;
  readonly outputs?: readonly [least: number, most: number];
  /** Whether a node of constants is computed when the model is opened; true if not given. */
  readonly folds?: boolean;
  prepare(node: NodeContext): Action;
}
