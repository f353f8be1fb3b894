import { editDistance } from "../../metrics/edit-distance.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { translateLoss } from "./translate-batch.ts";
import { decodedTargets } from "./translate-decode.ts";
import type { TranslateSearch } from "./translate-options.ts";
import type { TranslateExample, TranslateReader } from "./translate-reading.ts";

/** Figures of a translator. */
export interface TranslateFound {
  readonly pairs: number;
  /** Of each target token, its end's among them. */
  readonly lossNats: number;
  readonly perplexity: number;
  /** The share of targets that are right as a whole. */
  readonly exactMatch: number;
  /** Edits for each token of the targets. */
  readonly tokenErrorRate: number;
}

const BATCH = 64;

/** Measures on examples; targets are the likeliest token by token, unless a search is given. */
export async function foundOf(
  model: LayeredNetwork,
  examples: readonly TranslateExample[],
  reader: TranslateReader,
  search?: TranslateSearch,
): Promise<TranslateFound> {
  const lossNats = await meanLoss(model, examples, reader.end);
  const sources = examples.map(({ source }) => source);
  const found = await decodedTargets(model, sources, reader, search);
  let [right, edits, tokens] = [0, 0, 0];
  for (const [at, { target }] of examples.entries()) {
    const wanted = target.subarray(0, -1);
    const distance = editDistance(found[at][0].tokens, wanted);
    if (distance === 0) right += 1;
    edits += distance;
    tokens += wanted.length;
  }
  return {
    pairs: examples.length,
    lossNats,
    perplexity: Math.exp(lossNats),
    exactMatch: right / examples.length,
    tokenErrorRate: edits / tokens,
  };
}

async function meanLoss(
  model: LayeredNetwork,
  examples: readonly TranslateExample[],
  end: number,
): Promise<number> {
  const { device } = model;
  let [total, count] = [0, 0];
  const lengths = Float64Array.from(examples, ({ source, target }) => source.length + target.length);
  for (const places of sortedBatches(lengths, BATCH)) {
    const rows = Array.from(places, (place) => examples[place]);
    const loss = device.withoutGradients(() =>
      device.scope(() => translateLoss(model, rows, { end, labelSmoothing: 0, coverageLoss: 0 }).loss),
    );
    const own = rows.reduce((sum, { target }) => sum + target.length, 0);
    total += (await loss.item()) * own;
    count += own;
  }
  return total / count;
}
