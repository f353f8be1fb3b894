import type { ModelInput, ModelOutput, ModelValue } from "../session/model-value.ts";
import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../session/session.ts";
import type { ModelFiles } from "./model-files.ts";

/** What a model was read from. "network" and "language-model" are this library's own folders. */
export type ModelFormat =
  | "safetensors"
  | "pytorch"
  | "numpy"
  | "basic-lstm"
  | "keras"
  | "tensorflow-js"
  | "rtneural"
  | "onnx"
  | "network"
  | "language-model";

/** How to run a model. */
export interface RunOptions {
  /** Steps that each of the B sequences has, 1 to T; all T if not given. ONNX files have an input for it, if anything. */
  readonly lengths?: readonly number[];
  /** Ends the run; ONNX graphs look at it between two nodes, the rest before they begin. */
  readonly signal?: AbortSignal | undefined;
}

/** How to stream with a model from anywhere. */
export interface ModelSessionOptions extends SessionOptions {
  /** ONNX: which input is fed from which output, where names and the graph do not tell; {} where none is a state. */
  readonly states?: Readonly<Record<string, string>>;
  /** ONNX: names of the recurrent nodes that go on from step to step; if not given none where there are states, else all. */
  readonly carried?: readonly string[];
}

/** The next piece of a text that is predicted, or the prediction as a whole. */
export type PieceEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "end"; readonly answer: unknown };

/** A model from anywhere, ready to run. */
export interface Model {
  readonly format: ModelFormat;
  /** The task that it was trained for, where that is known. */
  readonly task?: string | undefined;
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
   * A stream with a state of its own. Any number of them share the model's weights.
   *
   * @throws UnrolledError "invalid-argument" that says why this model cannot be streamed, such as a layer that reads both ways
   */
  session(options?: ModelSessionOptions): Session;
  /** Many streams that step together. Throws as `session` does. */
  pool(options?: SessionPoolOptions): SessionPool;
  /** The files of its folder, by name, which `openModel` takes. */
  files(): Promise<ModelFiles>;
  /** What the task that it was trained for makes of an input. */
  predict?(input: never, options?: never): Promise<unknown>;
  /** The same of many inputs, in their order, computed together where the task can. */
  predictAll?(inputs: readonly never[]): Promise<readonly unknown[]>;
  /** Whether `predictEvents` tells what it predicts piece by piece. */
  readonly tellsPieces?: boolean;
  /** As `predict`, and tells its text on the way. */
  predictEvents?(input: never): AsyncIterable<PieceEvent>;
}
