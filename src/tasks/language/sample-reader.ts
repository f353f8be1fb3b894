import type { NextToken } from "../../decoding/next-token.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { streamedNetwork } from "../../networks/streamed-network.ts";
import type { SessionState } from "../../session/session-state.ts";
import { placeNumbers, takeNumbers } from "../../session/steps.ts";

/**
 * Reads tokens with a network that is being trained, without what sessions have for everybody: a page that trains need not fetch it.
 *
 * @param condition what it reads for the condition that the text is written for, for a model with one
 */
export function sampleReader(
  network: LayeredNetwork,
  vocabularySize: number,
  condition?: ArrayLike<number>,
): NextToken {
  const { heap } = network.device;
  const { steps, state } = streamedNetwork(network).begin(1);
  const [[{ value: ids }, asked], [{ value: scores }]] = [steps.inputs, steps.outputs];
  const logits = new Float32Array(vocabularySize);
  return {
    vocabularySize,
    step(id) {
      placeNumbers(heap, ids, [id]);
      if (condition !== undefined) placeNumbers(heap, asked.value, condition);
      steps.run(1);
      takeNumbers(heap, scores, 1, logits);
      return logits;
    },
    reset: () => state.reset(),
    state: () => state.state(),
    restore: (kept) => state.restore(kept as SessionState),
  };
}
