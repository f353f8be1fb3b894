import { beamSearchEvents, type SearchEvent } from "../../decoding/beam-search.ts";
import { NetworkStepper } from "../../decoding/network-stepper.ts";
import { sampleSequencesEvents } from "../../decoding/sample-sequences.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import { UnrolledError } from "../../errors.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { beamOptions, textOptions } from "./beam-options.ts";
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

type Reader = Pick<TranslateReader, "end" | "maxLength" | "target">;

/** The best targets of sources, in the order of the sources; at most `nBest` of each, best first. */
export async function decodedTargets(
  network: LayeredNetwork,
  sources: readonly Int32Array[],
  reader: Reader,
  options: DecodeOptions = GREEDY,
): Promise<readonly (readonly Hypothesis[])[]> {
  const all = new Array<readonly Hypothesis[]>(sources.length);
  const lengths = Float64Array.from(sources, ({ length }) => length);
  for (const places of sortedBatches(lengths, BATCH)) {
    const rows = Array.from(places, (place) => sources[place]);
    for await (const event of targetEvents(network, rows, reader, { ...options, places }))
      if (event.type === "end") all[places[event.sentence]] = event.hypotheses;
  }
  return all;
}

/** The best targets of sources that are read side by side, and each of their tokens as soon as it is settled; of those drawn, the first's. */
export async function* targetEvents(
  network: LayeredNetwork,
  sources: readonly Int32Array[],
  { end, maxLength, target }: Reader,
  options: DecodeOptions & { readonly places?: ArrayLike<number> },
): AsyncGenerator<SearchEvent, void> {
  const { beam, nBest = 1, prefix = null, temperature = null, seed = 1, places, ...search } = options;
  const { unknownId } = target;
  const forced = prefix === null ? undefined : prefixIds(target, prefix);
  const { ids: source, lengths } = paddedIds(network.device, sources);
  const stepper = new NetworkStepper(network);
  const batch = { inputs: { source }, lengths, first: end };
  const given = {
    ...textOptions(search, { end, maxLength, unknownId }),
    ...(forced ? { prefixes: sources.map(() => forced) } : {}),
  };
  if (temperature === null)
    return yield* beamSearchEvents(stepper, batch, { ...given, ...beamOptions(beam, nBest) });
  const drawing = { ...given, generator: new Generator(seed), temperature, places, numSamples: nBest };
  const drawn = sources.map((): Hypothesis[] => []);
  for await (const event of sampleSequencesEvents(stepper, batch, drawing)) {
    const { sentence, sample } = event;
    const own = drawn[sentence];
    if (event.type === "token") {
      if (sample === 0) yield { type: "tokens", sentence, tokens: Int32Array.of(event.token) };
      continue;
    }
    own[sample] = event.hypothesis;
    // A hole of an array is none of its values.
    if (Object.keys(own).length === nBest) yield { type: "end", sentence, hypotheses: own };
  }
}

function prefixIds({ encode, unknownId, kind }: TranslateReader["target"], prefix: string): Int32Array {
  const ids = encode(prefix);
  if (unknownId === null || !ids.includes(unknownId)) return ids;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    subject: [{ option: "prefix" }],
    got: JSON.stringify(prefix),
    needed: `tokens of the model's targets (${kind})`,
  });
}
