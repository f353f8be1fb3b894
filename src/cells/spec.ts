// What a recurrent cell is: plain data, known without a device, and what it does at one step once it is bound to one.
import { isRecord } from "../options/field-checks.ts";
import type { OptionTable, ValuesOf } from "../options/option.ts";
import type { Device } from "../tensor/device.ts";
import type { Activation } from "./activation.ts";
import type { Step, StepGradients } from "./step.ts";
import type { stepOptions } from "./step-options.ts";

/** One cell: everything that distinguishes it from another. `defineCell` makes one. */
export interface CellSpec<Table extends OptionTable = OptionTable> {
  /** What configurations and files call it: "lstm". */
  readonly kind: string;
  /** What people and errors call it: "LSTM". */
  readonly name: string;
  /** Who described it, and when. */
  readonly source: string;
  /** The options that it alone has. */
  readonly options: Table;
  /** What is wrong with options that are fine one by one, in words that follow its name. */
  problem?(options: CellOptionsOf<Table>, shape: CellShape): string | undefined;
  /** Its gates, states and parameters. */
  shape(options: CellOptionsOf<Table>): CellShape;
  /** What one step of it computes on a device. `call` is what errors say was called. */
  bind(device: Device, options: CellOptionsOf<Table>, call: string): BoundCell;
  /**
   * What a step makes of its gates, equation by equation in their order, for those who change something between two of them. Gates
   * that none of these makes are made of their sums alone.
   */
  equations?(options: CellOptionsOf<Table>, functionOf: FunctionOf): readonly StepEquation[];
}

/** An activation as a function of one number, which is bounded first where a bound is given. */
export type FunctionOf = (activation: Activation, bound?: number) => (x: number) => number;

/** One equation of a step, in plain numbers. */
export interface StepEquation {
  /** The gate, state or room that it makes, or `gated`. */
  readonly makes: string;
  /** Gates, states and rooms that it reads. */
  readonly of: readonly string[];
  /** As people read it, for those that make a state: "f × c + i × g". A state that the step has made has a prime: c′. */
  readonly letters?: string;
  /** What it makes of each unit. */
  unit(row: StepRow): (unit: number) => number;
}

/**
 * The numbers of one row of a step by name: gates after their activations, states that the cell makes, rooms, `gated`, `hRead`; `oSum`
 * the sum of gate o, `nRecurrent` what h's product adds to that of n where it stands apart, `cBefore` state c before the step; and the
 * cell's own parameters by key.
 */
export type StepRow = Readonly<Record<string, ArrayLike<number>>>;

/** The options of a cell, its sizes among them, with the defaults filled in. */
export type CellOptionsOf<Table extends OptionTable> = {
  /** I. */
  readonly inputSize: number;
  /** H. */
  readonly hiddenSize: number;
} & ValuesOf<typeof stepOptions> &
  ValuesOf<Table>;

/** A cell of your own; the types of its options follow from their table. */
export function defineCell<const Table extends OptionTable>(spec: CellSpec<Table>): CellSpec<Table> {
  return spec;
}

/** Whether a value is the description of a cell. */
export function isCellSpec(value: unknown): value is CellSpec {
  return (
    isRecord(value) &&
    [value.kind, value.name, value.source].every((text) => typeof text === "string" && text !== "") &&
    [value.shape, value.bind].every((each) => typeof each === "function") &&
    isRecord(value.options)
  );
}

/** What is known of a cell with given options, as plain data. */
export interface CellShape {
  /** Its blocks of H in the order of its weights' rows. A block that is called as a state is that state, and no gate. */
  readonly gates: readonly string[];
  /** What each gate's sum becomes. */
  readonly activations: Readonly<Record<string, Activation>>;
  /** Gate that forgets, if one does. */
  readonly forgetGate?: string | undefined;
  /** What it carries from step to step, h first; [B, width] each. */
  readonly states: readonly StateShape[];
  /** P: width of the h that goes out. */
  readonly outputSize: number;
  /** Whether h [B, P] is W_hr times what the cell makes [B, H]. */
  readonly projects?: boolean;
  /**
   * How h's product enters: added to the sums; kept apart, with its own bias; added to the gates' sums, the last block reading gated
   * h instead; or not at all.
   */
  readonly recurrent: "added" | "apart" | "gated" | "none";
  /** Whether x's and h's products are layer-normalised. */
  readonly normalises?: boolean;
  /** In the order in which they are drawn; `gateParameters` lists those of the products. */
  readonly parameters: readonly ParameterShape[];
  /** Room [B, width] that a step fills and its way back reads. */
  readonly rooms?: readonly StateShape[];
  /** Room [B, width] that a step's way back works in. */
  readonly scratch?: readonly StateShape[];
}

/** Something that each row of a batch has, by name. */
export interface StateShape {
  readonly name: string;
  readonly width: number;
}

/** One parameter of a layer in one direction. */
export interface ParameterShape {
  /** By which the cell finds it: `weightCh`. */
  readonly key: string;
  /** What it is called, but for the layer's suffix, which goes before a dot: `weight_ch`, `norm_c.weight`. PyTorch's where it has it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** What it begins at: drawn evenly from ±1/√H, or that number. */
  readonly begins: "drawn" | number;
  /** Blocks of H that begin at another number, by their place. */
  readonly blocks?: Readonly<Record<number, number>>;
}

/** What a cell does at one step, its products taken. Nothing is allocated in it. */
export interface BoundCell {
  /** Why it cannot be trained, if so. */
  readonly forwardOnly?: string | undefined;
  /**
   * From the sums to the states made. A row that is not read keeps its states (`Step.isRead`). `before` and `made` may be one place:
   * read an entry before it is written.
   */
  forward(step: Step): void;
  /**
   * Overwrites the sums, and h's where they stand apart, by their gradients, and the gradients of the states after the step by those
   * of the states before, but for what h's product passes on. Sums of a row that is not read get zeros, its states' gradients stay.
   */
  backward(step: Step, gradients: StepGradients): void;
  /** For cells whose h is made of another state of the same step. */
  readonly output?: {
    /** The first part of `backward`: adds what reaches that state by way of h to its gradient; overwrites what `backward` would. */
    backward(step: Step, gradients: StepGradients): void;
  };
  /** For cells whose last block reads gated h: the gates in front of it, and `gated`. */
  readonly gate?: {
    forward(step: Step): void;
    /** Overwrites the gates' sums by their gradients and adds what reaches h by way of `gated` to dhRead. */
    backward(step: Step, gradients: StepGradients): void;
  };
}
