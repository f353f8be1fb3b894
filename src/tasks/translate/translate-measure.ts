import { type Intervals, intervalsOf } from "../../metrics/bootstrap.ts";
import { editDistanceRate } from "../../metrics/edit-distance.ts";
import { sequenceAccuracy, tokenAccuracy } from "../../metrics/sequence-accuracy.ts";
import { type BleuOptions, bleu } from "../../metrics/text/bleu.ts";
import { chrf } from "../../metrics/text/chrf.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { requireKnownTokens } from "../examples/known-tokens.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { translateLoss } from "./translate-batch.ts";
import { decodedTargets } from "./translate-decode.ts";
import type { TranslateSearch } from "./translate-options.ts";
import type { Pair } from "./translate-pairs.ts";
import type { TranslateExample, TranslateReader } from "./translate-reading.ts";

/** Figures of a translator. */
export interface TranslateFound {
  readonly pairs: number;
  /** Of each target token, its end's among them. */
  readonly lossNats: number;
  readonly perplexity: number;
  /** BLEU of 13a words and chrF, 0 to 100, as sacreBLEU counts them, with BLEU's signature. */
  readonly bleu: number;
  readonly chrf: number;
  readonly signature: string;
  /** The share of targets that are right as a whole. */
  readonly exactMatch: number;
  /** Edits for each token of the targets. */
  readonly tokenErrorRate: number;
  /** The share of the targets' tokens that stand at their place. */
  readonly tokenAccuracy: number;
  /** Where 95 % of the figures lie if pairs are drawn again, where that is asked for. */
  readonly intervals?: Intervals<"bleu" | "chrf" | "exactMatch" | "tokenErrorRate" | "tokenAccuracy">;
}

/** How it is measured. */
export interface MeasureOptions {
  /** The likeliest token at each step, if not given. */
  readonly search?: TranslateSearch;
  /** How often pairs are drawn again for intervals; 0, none, if not given. */
  readonly bootstrap?: number;
  /** How BLEU counts; 13a and exp if not given. */
  readonly counted?: Pick<BleuOptions, "tokenize" | "smooth">;
}

const BATCH = 64;

/**
 * Measures on pairs.
 *
 * @throws UnrolledError "invalid-argument" for targets most of whose tokens the vocabulary lacks
 */
export async function foundOf(
  model: LayeredNetwork,
  pairs: readonly Pair[],
  reader: TranslateReader,
  { search, bootstrap = 0, counted }: MeasureOptions = {},
): Promise<TranslateFound> {
  const examples = pairs.map((pair) => reader.example(pair));
  requireKnownTokens(
    examples.map(({ target }) => target),
    reader.target,
    "targets",
  );
  const lossNats = await meanLoss(model, examples, reader.end);
  const hypotheses = await decodedTargets(
    model,
    examples.map(({ source }) => source),
    reader,
    search,
  );
  const found = hypotheses.map(([{ tokens }]) => tokens);
  const wanted = examples.map(({ target }) => target.subarray(0, -1));
  const { lowercase } = reader;
  const texts = [found.map((tokens) => reader.text(tokens)), pairs.map(({ target }) => target)] as const;
  const words = bleu({ lowercase, ...counted });
  const onTexts = { bleu: words, chrf: chrf({ lowercase }) };
  const onTokens = {
    exactMatch: sequenceAccuracy(),
    tokenErrorRate: editDistanceRate(),
    tokenAccuracy: tokenAccuracy(),
  };
  for (const metric of Object.values(onTexts)) metric.add(...texts);
  for (const metric of Object.values(onTokens)) metric.add(found, wanted);
  return {
    pairs: pairs.length,
    lossNats,
    perplexity: Math.exp(lossNats),
    bleu: words.value,
    chrf: onTexts.chrf.value,
    signature: words.signature,
    exactMatch: onTokens.exactMatch.value,
    tokenErrorRate: onTokens.tokenErrorRate.value,
    tokenAccuracy: onTokens.tokenAccuracy.value,
    ...intervalsOf({ ...onTexts, ...onTokens }, bootstrap),
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
