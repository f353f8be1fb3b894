// The gradients of single predictions with respect to every state and input behind them, by backpropagation through time (Werbos
// 1990). Each row of the batch asks about one prediction, so that many are answered in one walk; parameters gather nothing.

import { crossEntropy } from "../losses/cross-entropy.ts";
import type { Network } from "../networks/network.ts";
import { scaled, subtract } from "../tensor/operations/arithmetic.ts";
import { square } from "../tensor/operations/functions.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { swapAxes } from "../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { InspectedNetwork } from "./inspected-network.ts";
import { outputsAt } from "./outputs-at.ts";
import { sequencesOf } from "./sequence.ts";
import { readingGradients, type StateGradientVisit } from "./state-gradients.ts";

/** Predictions, one in each row of a batch. */
export interface AskedPredictions {
  /** Token ids, or rows of numbers. */
  readonly sequence: ArrayLike<number>;
  /** T. */
  readonly steps: number;
  /** The place in the sequence of step t of a row. */
  readonly stepOf: (t: number, row: number) => number;
  /** For each row the step whose prediction is asked about. */
  readonly at: readonly number[];
  /** What was to be predicted there: an id for each row [B], whose cross-entropy is the loss; or numbers [B, O], half the squared error. */
  readonly targets: ArrayLike<number>;
}

/**
 * Calls `visit` for each layer, last to first, and in it for each step, last to first; its arrays are used again. Returns what the
 * inputs are worth: embeddings (or numbers) and the losses' gradients with respect to them, [T, B, I] each.
 */
export function lossGradients(
  looked: InspectedNetwork,
  { sequence, steps, stepOf, at, targets }: AskedPredictions,
  visit: StateGradientVisit = () => {},
): { readonly xs: Float32Array; readonly dxs: Float32Array } {
  const { network, layers, vocabularySize, isBatchFirst } = looked;
  const { device } = network;
  const batch = at.length;
  const observe = (name: string) => (index: number) => {
    const place = layers.findIndex((layer) => layer.name === name && layer.index === index);
    return readingGradients(layers[place].rnn, place, batch, visit);
  };
  return device.scope(() =>
    withoutParameters(network, () => {
      const sequences = sequencesOf(looked, sequence, [steps, batch], stepOf);
      const { outputs, inputs } = outputsAt(looked, { sequences, steps, at }, { observe, isLeaf: true });
      const losses =
        vocabularySize === undefined
          ? scaled(square(subtract(outputs, tensor(device, targets, outputs.shape))), 0.5)
          : crossEntropy(outputs, ints(device, targets), { reduction: "none" });
      sum(losses).backward();
      const timeMajor = (values: Tensor) =>
        device.withoutGradients(() => (isBatchFirst ? swapAxes(values) : values).read());
      return { xs: timeMajor(inputs), dxs: timeMajor(inputs.grad!) };
    }),
  );
}

/** Runs something while no parameter gathers a gradient. */
export function withoutParameters<Result>(network: Network, body: () => Result): Result {
  const thawed = network.trainableParameters();
  for (const parameter of thawed) parameter.frozen = true;
  try {
    return body();
  } finally {
    for (const parameter of thawed) parameter.frozen = false;
  }
}
