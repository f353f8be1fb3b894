import { crossEntropy } from "../losses/cross-entropy.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { narrow, reshape } from "../tensor/operations/shapes.ts";
import { ints } from "../tensor/tensor.ts";
import { pause } from "./pause.ts";

/** Ids that are read between two pauses. */
const IDS_AT_ONCE = 8192;
const MOST_ROWS = 256;

/** Loss of predicting ids[p + 1] at each of these positions p by a model that has read just the `context` ids up to p, from zero. */
export async function contextLosses(
  model: LanguageModel,
  ids: ArrayLike<number>,
  positions: readonly number[],
  context: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const losses = new Float64Array(positions.length);
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(IDS_AT_ONCE / context)));
  for (let first = 0; first < positions.length; first += rows) {
    losses.set(lossesOf(model, ids, positions.slice(first, first + rows), context), first);
    await pause("reach", signal);
  }
  return losses;
}

function lossesOf(
  model: LanguageModel,
  ids: ArrayLike<number>,
  positions: readonly number[],
  context: number,
): Float64Array {
  const { device, encoder, rnn, decoder, config, training } = model;
  const batch = positions.length;
  const read = Int32Array.from({ length: context * batch }, (_, place) => {
    const [t, row] = [Math.floor(place / batch), place % batch];
    return ids[positions[row] - (context - 1 - t)];
  });
  model.eval();
  try {
    return device.withoutGradients(() =>
      device.scope(() => {
        const { state } = rnn.forward(encoder.forward(ints(device, read, [context, batch])));
        const last = narrow(state.h, config.numLayers - 1, config.numLayers);
        const logits = decoder.forward(reshape(last, [batch, config.hiddenSize]));
        const targets = ints(
          device,
          positions.map((position) => ids[position + 1]),
        );
        const { offset } = crossEntropy(logits, targets, { reduction: "none" });
        return Float64Array.from(device.heap.floats().subarray(offset, offset + batch));
      }),
    );
  } finally {
    if (training) model.train();
  }
}
