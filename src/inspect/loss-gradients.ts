// The gradients of single predictions with respect to every state and input behind them, by backpropagation through time (Werbos
// 1990). Each row of the batch asks about one prediction, so that many are answered in one walk; parameters gather nothing.

import { crossEntropy } from "../losses/cross-entropy.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { StepObserver } from "../recurrent/cell.ts";
import type { Recurrent } from "../recurrent/recurrent.ts";
import { eachWeight } from "../recurrent/recurrent-parameters.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import { recurrence } from "../recurrent/sequence/recurrence.ts";
import type { Device } from "../tensor/device.ts";
import { linear } from "../tensor/operations/products.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { gatherRows } from "../tensor/operations/rows.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { ints, Tensor } from "../tensor/tensor.ts";

/** Predictions, one in each row of a batch. */
export interface AskedPredictions {
  /** [T, B]. */
  readonly ids: ArrayLike<number>;
  readonly batch: number;
  /** For each row the step whose prediction is asked about, and the token that was to be predicted there. */
  readonly asked: readonly { readonly t: number; readonly target: number }[];
}

/** The gradient of each row's loss with respect to a layer's state after a step, all paths counted: dh, and dc of an LSTM, [B, H]. */
export type StateGradientVisit = (
  layer: number,
  t: number,
  dh: Float64Array,
  dc: Float64Array | undefined,
) => void;

/**
 * Calls `visit` for each layer, last to first, and in it for each step, last to first; its arrays are used again. Returns what the
 * inputs are worth: embeddings and the losses' gradients with respect to them, [T, B, E] each.
 */
export function lossGradients(
  model: LanguageModel,
  { ids, batch, asked }: AskedPredictions,
  visit: StateGradientVisit = () => {},
): { readonly xs: Float32Array; readonly dxs: Float32Array } {
  const { device, config, rnn, encoder, decoder } = model;
  const { numLayers, hiddenSize } = config;
  const steps = ids.length / batch;
  return device.scope(() => {
    const embedded = device.withoutGradients(() => encoder.forward(ints(device, ids, [steps, batch])));
    const xs = new Tensor(device, embedded.storage, embedded.shape, { requiresGrad: true });
    let sequence = xs;
    for (let layer = 0; layer < numLayers; layer++) {
      const observer = readingGradients(device, rnn, layer, batch, visit);
      const weights = eachWeight(rnn.layerWeights(layer), constant);
      sequence = recurrence({ cell: cellOf(rnn), xs: sequence, weights, observer }).outputs;
    }
    const rows = asked.map(({ t }, row) => t * batch + row);
    const outputs = gatherRows(reshape(sequence, [steps * batch, hiddenSize]), ints(device, rows));
    const logits = linear(outputs, constant(decoder.weight), decoder.bias && constant(decoder.bias));
    const targets = ints(
      device,
      asked.map(({ target }) => target),
    );
    sum(crossEntropy(logits, targets, { reduction: "none" })).backward();
    return { xs: copied(xs), dxs: copied(xs.grad!) };
  });
}

/** What a layer's steps hand to `visit` on the way back. */
export function readingGradients(
  device: Device,
  rnn: Recurrent,
  layer: number,
  batch: number,
  visit: StateGradientVisit,
): StepObserver {
  const { hiddenSize: hidden } = rnn;
  const dhs = new Float64Array(batch * hidden);
  const dcs = cellOf(rnn).spec.kind === "lstm" ? new Float64Array(batch * hidden) : undefined;
  const backward: StepObserver["backward"] = ({ t, sums, states }, { dy, states: d }) => {
    const { h: dh, c: dc } = d;
    const numbers = device.heap.floats();
    for (let index = 0; index < dhs.length; index++)
      dhs[index] = numbers[dh + index] + (dy ? numbers[dy + index] : 0);
    if (dcs) {
      // h = o∘tanh(c): what reaches h reaches c.
      for (let index = 0; index < dcs.length; index++) {
        const row = Math.floor(index / hidden);
        const squashed = Math.tanh(numbers[states.c.made + index]);
        const o = numbers[sums + (4 * row + 3) * hidden + (index - row * hidden)];
        dcs[index] = numbers[dc + index] + dhs[index] * o * (1 - squashed * squashed);
      }
    }
    visit(layer, t, dhs, dcs);
  };
  return { backward };
}

/** The same numbers as something that gathers no gradient. */
function constant(parameter: Tensor): Tensor {
  return new Tensor(parameter.device, parameter.storage, parameter.shape, { start: parameter.start });
}

function copied({ device, offset, size }: Tensor): Float32Array {
  return Float32Array.from(device.heap.floats().subarray(offset, offset + size));
}
