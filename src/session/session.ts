// What a stream through a recurrent model is, the same for layers, networks, language models and ONNX graphs.
import type { ModelInput, ModelOutput, ModelValue } from "./model-value.ts";
import type { SessionState } from "./session-state.ts";

/** Numbers by name, row-major. */
export type StepNumbers = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Reads one step at a time, as data arrives: the state stays from call to call, dropout is off. Every step is the same as that of whole
 * sequences; where a layer hands on its last output alone, that is the last so far. All room is taken at the start. Weights are the
 * model's own, seen as they are at each step, and any number of sessions share them. Networks and layers read one step [B, …] without
 * the axis T; ONNX files what their inputs say, one step or several.
 */
export interface Session<Inputs extends string = string, Outputs extends string = string> {
  /** What a step is given. */
  readonly inputs: readonly ModelValue[];
  /** What it gives. */
  readonly outputs: readonly ModelValue[];
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  /**
   * Reads one step, synchronously.
   *
   * @throws UnrolledError "invalid-argument" or "shape-mismatch" that says which input needed what and what came; the state stays as it was
   */
  step(inputs: Readonly<Record<Inputs, ModelInput>>): Record<Outputs, ModelOutput>;
  /** As `step`, of plain numbers, into those outputs that are given: for layers and networks it allocates nothing. Throws as `step` does. */
  stepInto(inputs: StepNumbers, outputs: Readonly<Record<string, Float32Array>>): void;
  /** A copy of the state after the last step, as bytes. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState;
  /**
   * Goes back to a state that `state` returned, of this session or another over a model of the same sizes. Nothing is changed by one that
   * does not fit.
   *
   * @throws UnrolledError "shape-mismatch" for a state of another model, "invalid-argument" or "invalid-file" for what is no state
   */
  restore(state: SessionState): void;
  /** Another session over the same model, in the same state, that goes its own way from here. */
  fork(): Session<Inputs, Outputs>;
  /** Goes back to the state that it began with: zeros, or what the layers have learnt. */
  reset(): void;
}

/** How to stream with a model. */
export interface SessionOptions {
  /** B: sequences that are read side by side; 1 if not given. */
  readonly batchSize?: number;
}

/** How to stream many sequences through a model. */
export interface SessionPoolOptions {
  /** Sessions there is room for at first; 16 if not given. */
  readonly capacity?: number;
}

/**
 * Many sessions over one model, each with a state of its own, which step together: every layer's product is one for all of them (ONNX
 * graphs take one after the other). They join and leave at any step, and those that a step does not name stay where they are. Each has
 * the numbers that it would have alone. A step is synchronous; only `open` takes more room, when there are more sessions than ever before.
 */
export interface SessionPool {
  /** What each session's step is given, and what it gives. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** How many sessions are open. */
  readonly size: number;
  /** A session that joins, in a state that a session (of a pool, or alone with batch size 1) returned, or in the one that sequences begin with. */
  open(state?: SessionState): PooledSession;
  /**
   * Reads one step of each of these sessions: of each input [sessions, …], into each output that is given [sessions, …]. No session steps
   * where an argument is wrong.
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of numbers, "invalid-argument" for an id that a layer does not know, for
   * a session that was closed, is of another pool, or is named twice
   */
  stepInto(
    sessions: readonly PooledSession[],
    inputs: StepNumbers,
    outputs: Readonly<Record<string, Float32Array>>,
  ): void;
}

/** One stream of a `SessionPool`. It leaves when it is closed, or when nothing refers to it any more. */
export interface PooledSession {
  /** A copy of its state, as bytes that `open`, `restore` and a `Session` of batch size 1 take. */
  state(): SessionState;
  /** Goes on from a state. Nothing is changed by one that does not fit. */
  restore(state: SessionState): void;
  /** Goes back to the state that sessions begin with. */
  reset(): void;
  /** Another session of the pool, in the same state, that goes its own way from here. */
  fork(): PooledSession;
  /** Leaves the pool. Closing twice is once. */
  close(): void;
}
