import { constrainedScores, spanRules } from "../../decoding/span-rules.ts";
import { viterbi } from "../../decoding/viterbi.ts";
import type { Crf } from "../../layers/crf.ts";
import { type ChainScores, ForwardBackward } from "../../losses/forward-backward.ts";
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
  const scores = await chainScores(network, reading);
  const K = reading.tags.length;
  const emissions = await emissionsOf(network, inputs, K);
  return emissions.map((own) => pathOf(own, K, scores).map((tag) => reading.tags[tag]));
}

/** How likely each tag is at each step of one input [T·K], given all that is read, and the tags that are decided on. */
export async function tagShares(
  network: LayeredNetwork,
  inputs: TagInputs,
  reading: TagReading,
): Promise<{ readonly tags: string[]; readonly shares: Float32Array }> {
  const K = reading.tags.length;
  const scores = await chainScores(network, reading);
  const [emissions] = await emissionsOf(network, [inputs], K);
  const none = new Float64Array(K);
  // Without a CRF the steps do not speak to one another.
  const free = { transitions: new Float64Array(K * K), start: none, end: none };
  const marginals = new Float64Array(inputs.steps * K);
  const transitions = new Float64Array(K * K);
  new ForwardBackward(scores ?? free).run(emissions, 0, inputs.steps, { marginals, transitions });
  return {
    tags: pathOf(emissions, K, scores).map((tag) => reading.tags[tag]),
    shares: Float32Array.from(marginals),
  };
}

/** The emissions [T·K] of each input, in the order of the inputs. */
async function emissionsOf(
  network: LayeredNetwork,
  inputs: readonly TagInputs[],
  K: number,
): Promise<Float32Array[]> {
  const { device } = network;
  const all = new Array<Float32Array>(inputs.length);
  const lengths = Float64Array.from(inputs, ({ steps }) => steps);
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
    for (const [row, place] of places.entries())
      all[place] = emissions.subarray(row * each, row * each + inputs[place].steps * K);
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
