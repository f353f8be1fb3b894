import type { NestedNumbers } from "../tensor/nested-numbers.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ModelFormat } from "./read-model.ts";

/**
 * What an input is given as: a tensor; numbers with a shape; nested arrays; a flat array of numbers, where at most one axis of the
 * input is free, so that the shape follows; or a number alone. Whole numbers may be BigInts, as other runtimes take them.
 */
export type ModelInput =
  | number
  | bigint
  | Tensor
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> }
  | NestedNumbers
  | ArrayLike<number | bigint>;

/** What a model gives back: numbers in row-major order, the caller's own. */
export interface ModelOutput {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly [index: number]: number };
}

/** An input or output. Axes are lengths, or the names of lengths that are free: "B" sequences, "T" steps, others the file's own. */
export interface ModelValue {
  readonly name: string;
  /** "unknown" where an ONNX file says nothing of a value. */
  readonly axes: readonly (number | string)[] | "unknown";
  readonly kind: "float" | "int" | "bool" | "unknown";
}

/** How to run a model. */
export interface RunOptions {
  /** Steps that each of the B sequences has, 1 to T; all T if not given. ONNX files have an input for it, if anything. */
  readonly lengths?: readonly number[];
  /** Ends the run; ONNX graphs look at it between two nodes, the rest before they begin. */
  readonly signal?: AbortSignal | undefined;
}

/** How to stream with a model. */
export interface ModelSessionOptions {
  /** B: sequences that are read side by side; 1 if not given. */
  readonly batchSize?: number;
  /** ONNX: which input is fed from which output, where names and the graph do not tell; {} where none is a state. */
  readonly states?: Readonly<Record<string, string>>;
  /** ONNX: names of the recurrent nodes that go on from step to step; if not given none where there are states, else all. */
  readonly carried?: readonly string[];
}

/**
 * A stream through a recurrent model: its state is carried from step to step. Any number of them share the model's weights. Networks
 * and language models read one step, [B, …] without the axis T; ONNX files what their inputs say, one step or several.
 */
export interface ModelSession {
  /** What `step` is given. */
  readonly inputs: readonly ModelValue[];
  /** What it gives. */
  readonly outputs: readonly ModelValue[];
  /**
   * Reads one step, synchronously.
   *
   * @throws UnrolledError "invalid-argument" or "shape-mismatch" that says which input needed what and what came; the state stays as it was
   */
  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput>;
  /** A copy of the state, as bytes. */
  state(): Uint8Array;
  /**
   * Goes back to a state that `state` returned, of this session or another over the same model.
   *
   * @throws UnrolledError "shape-mismatch", "invalid-file" or "invalid-argument" for a state of another model, or none
   */
  restore(state: Uint8Array): void;
  /** Another session in the same state, that goes its own way from here. */
  fork(): ModelSession;
  /** Goes back to the state that it began with. */
  reset(): void;
}

/** A model from anywhere, ready to run. */
export interface OpenedModel {
  readonly format: ModelFormat;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /**
   * Computes all outputs from all inputs, by name.
   *
   * @throws UnrolledError "invalid-argument" or "shape-mismatch" that says which input, or which layer, needed what and what came;
   * "aborted" once the signal is
   */
  run(
    inputs: Readonly<Record<string, ModelInput>>,
    options?: RunOptions,
  ): Promise<Record<string, ModelOutput>>;
  /**
   * A stream with a state of its own.
   *
   * @throws UnrolledError "invalid-argument" that says why this model cannot be streamed, such as a layer that reads both ways
   */
  session(options?: ModelSessionOptions): ModelSession;
}
