import type { Module, Parameter } from "../module/module.ts";
import type { Fields } from "../options/field-checks.ts";
import type { Generator } from "../random/philox.ts";
import type { LayerObserver, RecurrentState } from "../recurrent/recurrent.ts";
import type { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { MaskedValue } from "./mask.ts";
import type { StepValue } from "./step-value.ts";
import type { ShapeProblem, ValueShape } from "./value-shape.ts";

/**
 * All that this library knows of a kind of layer: `Config` is its part of a configuration, `Own` the module that runs it. What foreign
 * formats need of it stands with the format.
 */
export interface LayerKind<Config, Own extends Module | undefined = Module | undefined> {
  /** What the configuration must say and may say, beside `kind`. */
  readonly fields: Fields;
  /** What is wrong with fields that each are fine. */
  problems?(config: Config): readonly string[];
  /** How many values it reads, at least and at most; one if not given. */
  readonly inputs?: readonly [least: number, most: number];
  /** What each of them is; numbers if not given. */
  readonly reads?: readonly (ValueShape["kind"] | "any")[];
  /** The shape of what it makes, or why it cannot read these, in words that follow the layer's name. */
  shape(config: Config, inputs: readonly ValueShape[], name: string): ValueShape | ShapeProblem;
  /** Its parameters in the order in which they are made; none if not given. */
  parameters?(config: Config): readonly NamedShape[];
  /** What runs it; not given for those that are a function and nothing more. */
  build?(device: Device, config: Config, drawn: DrawnFrom): Own;
  /** Runs it over sequences. */
  apply(call: LayerCall<Config, Own>): Applied;
  /** Of kinds that have a state: from which of the values that they read on its first one stands, and these as a state. */
  readonly begins?: {
    readonly from: number;
    state(config: Config, values: readonly MaskedValue[]): RecurrentState | undefined;
  };
  /** Which of the values that it reads may stand for several rows each (`repeats`); none if not given. */
  sharedInputs?(config: Config): readonly number[];
  /** Whether each step of what it makes depends on that step of what it reads, and on no other. */
  readonly isStepwise?: boolean;
  /** Why it cannot be read step by step, in words that follow its name; not given for kinds that always can. */
  streamProblem?(config: Config, inputs: readonly ValueShape[]): string | undefined;
  /** One step in room that is taken once; not given where a step of it is what it reads. */
  step?(room: StepRoom, layer: SteppedLayer<Config, Own>): LayerStep;
}

/** A parameter by its own name, without the layer's. */
export type NamedShape = readonly [name: string, shape: readonly number[]];

/** Where a layer's first weights come from. */
export interface DrawnFrom {
  readonly generator: Generator;
  /** The other layer's parameter that one of this layer's is, by its own name; undefined for those that it has itself. */
  tied(own: string): Parameter | undefined;
}

/** A layer that is run on values whose shapes were checked. */
export interface LayerCall<Config, Own> {
  readonly name: string;
  readonly config: Config;
  readonly module: Own;
  readonly values: readonly MaskedValue[];
  /** What is known of their shapes before they are there: which axis is B, which T. */
  readonly shapes: readonly ValueShape[];
  /** Of a recurrent layer: before the first step. */
  readonly state: RecurrentState | undefined;
  /** Of a recurrent layer: who looks at its steps. */
  readonly observe?: LayerObserver | undefined;
  /** Of attention: is given its weights, one tensor [B, S, T] for each head. */
  readonly attends?: ((weights: readonly Tensor[]) => void) | undefined;
}

/** What a layer makes. */
export interface Applied {
  readonly value: MaskedValue;
  /** Of a recurrent layer, after each sequence's last step. */
  readonly state?: RecurrentState;
}

/** What steps are built in: of one session's sequences, or of the sessions of a pool that step together. */
export interface StepRoom {
  readonly device: Device;
  /** The most sequences that step together. */
  readonly batch: number;
  /** Takes room for so many elements, for as long as the steps live. */
  take(elements: number): number;
  /** The state of recurrent layers, carried from step to step. */
  recurrent(module: RecurrentStack): RecurrentStep;
  /** Other numbers that are carried, [batch, width], zeros at first: where they stand. `owner` says whose they are. */
  rows(width: number, owner: string): number;
}

/** One step of recurrent layers. */
export interface RecurrentStep {
  /** Reads x [rows, I] and returns where h [rows, P] stands; `firstSums` as `RecurrentStream.advance` has it, for one sequence. */
  advance(rows: number, x: number, firstSums?: number): number;
}

/** A layer, what it is run by, and the values that it reads, with their shapes. */
export interface SteppedLayer<Config, Own> {
  readonly name: string;
  readonly config: Config;
  readonly module: Own;
  readonly read: readonly StepValue[];
  readonly shapes: readonly ValueShape[];
  /** Entries that its output has for each sequence. */
  readonly width: number;
}

/** One layer as a step. */
export interface LayerStep {
  readonly value: StepValue;
  /** Refuses ids that it cannot read. It is given those of every sequence before any layer takes its step. */
  checkIds?(ids: ArrayLike<number>): void;
  /** Works it out for so many sequences from what the layers before it have written. */
  run(rows: number): void;
}

/** Room for what a layer puts out at a step. */
export function freshValue(room: StepRoom, width: number): StepValue {
  return { at: room.take(room.batch * width), width, kind: "float" };
}
