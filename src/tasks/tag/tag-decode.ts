import { constrainedScores, spanRules } from "../../decoding/span-rules.ts";
import { viterbi } from "../../decoding/viterbi.ts";
import type { Crf } from "../../layers/crf.ts";
import type { ChainScores } from "../../losses/forward-backward.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { tagBatch } from "./tag-batch.ts";
import type { TagInputs, TagReading } from "./tag-examples.ts";
import { CRF_LAYER } from "./tag-network.ts";

const BATCH = 64;

/** The tags of each input, in the order of the inputs: by a CRF all of a sequence together, otherwise each step's likeliest. */
export async function decodedTags(
  network: LayeredNetwork,
  inputs: readonly TagInputs[],
  reading: TagReading,
): Promise<string[][]> {
  const { device } = network;
  const all = new Array<string[]>(inputs.length);
  const lengths = Float64Array.from(inputs, ({ steps }) => steps);
  const scores = await chainScores(network, reading);
  const K = reading.tags.length;
  for (const places of sortedBatches(lengths, BATCH)) {
    const rows = Array.from(places, (place) => inputs[place]);
    const emissions = await device
      .withoutGradients(() =>
        device.scope(() => {
          const batch = tagBatch(network, rows);
          return network.forward(batch.inputs, { lengths: batch.lengths }).outputs.emissions;
        }),
      )
      .toArray();
    const each = emissions.length / rows.length;
    for (const [row, place] of places.entries()) {
      const own = emissions.subarray(row * each, row * each + inputs[place].steps * K);
      all[place] = pathOf(own, K, scores).map((tag) => reading.tags[tag]);
    }
  }
  return all;
}

function pathOf(emissions: Float32Array, K: number, scores: ChainScores | undefined): readonly number[] {
  if (scores) return viterbi(emissions, scores).tags;
  const path: number[] = [];
  for (let at = 0; at < emissions.length; at += K) {
    let best = 0;
    for (let k = 1; k < K; k++) if (emissions[at + k] > emissions[at + best]) best = k;
    path.push(best);
  }
  return path;
}

/** The scores of a network's CRF, with −∞ for what the rules of spans forbid; undefined for one without a CRF. */
async function chainScores(
  network: LayeredNetwork,
  { tags, isConstrained }: TagReading,
): Promise<ChainScores | undefined> {
  const crf = network.layers.get(CRF_LAYER) as Crf | undefined;
  if (!crf) return undefined;
  const scores = {
    transitions: await crf.transitions.toArray(),
    start: await crf.start.toArray(),
    end: await crf.end.toArray(),
  };
  const rules = isConstrained ? spanRules(tags) : undefined;
  return rules ? constrainedScores(scores, tags, rules) : scores;
}
