import { beamSearch } from "../../decoding/beam-search.ts";
import { NetworkStepper } from "../../decoding/network-stepper.ts";
import { sampleSequences } from "../../decoding/sample-sequences.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { paddedIds } from "./translate-batch.ts";
import type { TranslateSearch } from "./translate-options.ts";
import type { TranslateReader } from "./translate-reading.ts";

const BATCH = 64;

/** The likeliest next token at each step. */
export const GREEDY: TranslateSearch = {
  beam: 1,
  lengthPenalty: 0,
  coveragePenalty: 0,
  noRepeatNgram: 0,
  minLength: 0,
  maxLength: null,
};

/** What of an answer is not said of a search alone. */
export interface DecodeOptions extends TranslateSearch {
  readonly nBest?: number;
  /** The text that targets begin with. */
  readonly prefix?: string | null;
  /** Targets are drawn at this temperature; searched for, if it is null. */
  readonly temperature?: number | null;
  readonly seed?: number;
}

/** The best targets of sources, in the order of the sources; at most `nBest` of each, best first. */
export async function decodedTargets(
  network: LayeredNetwork,
  sources: readonly Int32Array[],
  reader: Pick<TranslateReader, "end" | "maxLength" | "target">,
  options: DecodeOptions = GREEDY,
): Promise<readonly (readonly Hypothesis[])[]> {
  const { beam, nBest = 1, prefix = null, temperature = null, seed = 1, ...search } = options;
  const { end, target } = reader;
  const { unknownId } = target;
  const forced = prefix === null ? undefined : target.encode(prefix);
  const common = {
    ...search,
    endId: end,
    maxLength: search.maxLength ?? reader.maxLength,
    forbiddenIds: unknownId === null ? [] : [unknownId],
  };
  const stepper = new NetworkStepper(network);
  const generator = new Generator(seed);
  const all = new Array<readonly Hypothesis[]>(sources.length);
  const lengths = Float64Array.from(sources, ({ length }) => length);
  for (const places of sortedBatches(lengths, BATCH)) {
    const { ids: source, lengths: own } = paddedIds(
      network.device,
      Array.from(places, (place) => sources[place]),
    );
    const batch = { inputs: { source }, lengths: own, first: end };
    const given = { ...common, ...(forced ? { prefixes: Array.from(places, () => forced) } : {}) };
    const found =
      temperature === null
        ? await beamSearch(stepper, batch, { ...given, beam: Math.max(beam, nBest), nBest })
        : await sampleSequences(stepper, batch, {
            ...given,
            generator,
            temperature,
            places,
            numSamples: nBest,
          });
    for (const [row, place] of places.entries()) all[place] = found[row];
  }
  return all;
}
