import { crossEntropy } from "../losses/cross-entropy.ts";
import { ints } from "../tensor/tensor.ts";
import type { InspectedNetwork } from "./inspected-network.ts";
import { outputsAt } from "./outputs-at.ts";
import { pause } from "./pause.ts";
import { sequencesOf } from "./sequence.ts";

/** Ids that are read between two pauses. */
const IDS_AT_ONCE = 8192;
const MOST_ROWS = 256;

/** Loss of predicting ids[p + 1] at each of these positions p by a model that has read just the `context` ids up to p, from zero. */
export async function contextLosses(
  looked: InspectedNetwork,
  ids: ArrayLike<number>,
  positions: readonly number[],
  context: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const losses = new Float64Array(positions.length);
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(IDS_AT_ONCE / context)));
  for (let first = 0; first < positions.length; first += rows) {
    losses.set(lossesOf(looked, ids, positions.slice(first, first + rows), context), first);
    await pause("reach", signal);
  }
  return losses;
}

function lossesOf(
  looked: InspectedNetwork,
  ids: ArrayLike<number>,
  positions: readonly number[],
  context: number,
): Float64Array {
  const { device } = looked.network;
  const batch = positions.length;
  const stepOf = (t: number, row: number) => positions[row] - (context - 1 - t);
  return device.withoutGradients(() =>
    device.scope(() => {
      const sequences = sequencesOf(looked, ids, [context, batch], stepOf);
      const at = positions.map(() => context - 1);
      const { outputs } = outputsAt(looked, { sequences, steps: context, at });
      const targets = ints(
        device,
        positions.map((position) => ids[position + 1]),
      );
      return Float64Array.from(crossEntropy(outputs, targets, { reduction: "none" }).read());
    }),
  );
}
