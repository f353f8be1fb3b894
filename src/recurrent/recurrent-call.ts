import type { Tensor } from "../tensor/tensor.ts";

/**
 * State of all layers and directions, a record by name: h [L·D, B, P], for an LSTM c [L·D, B, H] too. Layer 0 forwards, layer 0
 * backwards, layer 1 forwards, …
 */
export interface RecurrentState {
  readonly h: Tensor;
  readonly [state: string]: Tensor;
}

/** What a sequence is read with. */
export interface RecurrentCall {
  /** State before the first step; what the layer begins with (zero, or learnt) if not given. */
  readonly state?: RecurrentState | undefined;
  /** For each of the B sequences, whether it starts with the initial state instead of the given one. */
  readonly reset?: readonly boolean[] | undefined;
  /** Steps that each sequence has, 1 to T, in any order; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /**
   * Whole numbers [T, B] (batch-major [B, T]): where one is 0 the sequence's state stays as it is at that step, and its output is
   * that state again. All steps are read if not given.
   */
  readonly mask?: Tensor | undefined;
}

/** All states of one layer in one direction by name, to look at: h [T+1, B, P], for an LSTM c [T+1, B, H] too. */
export interface LayerStates {
  readonly h: Tensor;
  readonly [state: string]: Tensor;
}

/** What reading sequences gives. */
export interface RecurrentResult {
  /**
   * Outputs of the last layer, [T, B, D·P], or [T, B, P] where the two directions are summed, averaged or multiplied; batch-major
   * likewise. Zero after a sequence's end.
   */
  readonly outputs: Tensor;
  /**
   * Where each direction of the last layer has ended, merged like the outputs: [B, D·P] or [B, P]. What a whole sequence is told by;
   * the last row of `state.h` is one direction alone.
   */
  readonly lastOutput: Tensor;
  /** State after each sequence's last step. */
  readonly state: RecurrentState;
  /** States of every layer and direction over time, in the order of `state`. */
  readonly layers: readonly LayerStates[];
}
