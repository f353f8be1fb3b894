import { Pacer } from "../parallel/pacer.ts";
import type { Generator } from "../random/philox.ts";
import { requireInteger } from "./arguments.ts";
import { Sampler, type SamplingOptions } from "./sampler.ts";
import {
  extended,
  type Hypothesis,
  hypothesisOf,
  type PathNode,
  ROOT,
  tokensOf,
} from "./search/hypothesis.ts";
import { ScoreRule } from "./search/score-rule.ts";
import { checkSearchOptions, type SearchOptions } from "./search/search-options.ts";
import type { SequenceDecoder } from "./search/sequence-decoder.ts";
import { StepRows } from "./search/step-rows.ts";
import { TokenRules } from "./search/token-rules.ts";

const CALL = "sampleSequences";

/** How targets are drawn. */
export interface SampleSequencesOptions extends SearchOptions, SamplingOptions {
  /** Sample i of sentence b draws from `generator.fork(places[b]).fork(i)`, so it is the same in whatever company. */
  readonly generator: Generator;
  /** The number of each sentence [B]; 0, 1, … if not given. */
  readonly places?: ArrayLike<number> | undefined;
  /** How many targets to draw for each sentence. Default 1. */
  readonly numSamples?: number | undefined;
}

/** `token` is the next one of a sample; `end` closes it. */
export type SampleEvent =
  | { readonly type: "token"; readonly sentence: number; readonly sample: number; readonly token: number }
  | {
      readonly type: "end";
      readonly sentence: number;
      readonly sample: number;
      readonly hypothesis: Hypothesis;
    };

/** A target that is being drawn. */
interface Drawing {
  readonly sentence: number;
  readonly sample: number;
  readonly draws: Generator;
  readonly node: PathNode;
}

/**
 * Targets of B sentences that are drawn token by token, all sentences and samples side by side: for each sentence its `numSamples`
 * hypotheses in the order of their numbers. Temperature, top-k and the like decide what is drawn; scores are those of the model as it is.
 *
 * @throws UnrolledError "invalid-argument" for options that do not fit, or where no token is left; "shape-mismatch" and "not-finite"
 * for a decoder's numbers; "aborted" once `signal` is
 */
export async function sampleSequences<Batch, State>(
  decoder: SequenceDecoder<Batch, State>,
  batch: Batch,
  options: SampleSequencesOptions,
): Promise<readonly (readonly Hypothesis[])[]> {
  const found: Hypothesis[][] = [];
  for await (const event of sampleSequencesEvents(decoder, batch, options)) {
    if (event.type !== "end") continue;
    found[event.sentence] ??= [];
    found[event.sentence][event.sample] = event.hypothesis;
  }
  return found;
}

/** As `sampleSequences`, and tells each token as it is drawn. Throws what `sampleSequences` throws. */
export async function* sampleSequencesEvents<Batch, State>(
  decoder: SequenceDecoder<Batch, State>,
  batch: Batch,
  options: SampleSequencesOptions,
): AsyncGenerator<SampleEvent, void, undefined> {
  const { generator, numSamples = 1, endId, places } = options;
  const V = decoder.vocabularySize;
  requireInteger(CALL, "numSamples", numSamples, 1);
  const { state: first, tokens: starts, sourceLengths } = decoder.start(batch);
  checkSearchOptions(CALL, options, starts.length, V);
  const sampler = new Sampler(V, options, CALL);
  const rule = new ScoreRule(options);
  const rules = new TokenRules(V, options);
  const pacer = new Pacer(CALL, options.signal);
  const scores = new Float32Array(V);
  let drawings: Drawing[] = Array.from({ length: starts.length * numSamples }, (_, row) => {
    const [sentence, sample] = [Math.floor(row / numSamples), row % numSamples];
    return {
      sentence,
      sample,
      draws: generator.fork(places?.[sentence] ?? sentence).fork(sample),
      node: ROOT,
    };
  });
  let tokens = Int32Array.from(drawings, ({ sentence }) => starts[sentence]);
  let state =
    numSamples > 1
      ? decoder.select(
          first,
          Int32Array.from(drawings, ({ sentence }) => sentence),
        )
      : first;
  while (drawings.length > 0) {
    if (pacer.isDue()) await pacer.pause();
    const stepped = decoder.step(state, tokens);
    const rows = new StepRows(CALL, stepped, drawings.length, V);
    const next: Drawing[] = [];
    const origins: number[] = [];
    for (const [row, drawing] of drawings.entries()) {
      const { sentence, sample, node } = drawing;
      const own = rows.logProbabilities.subarray(row * V, (row + 1) * V);
      const token = rules.onlyToken(node, sentence) ?? drawn(drawing, own);
      const attention = rows.attentionOf(row, sourceLengths?.[sentence]);
      const after = extended(node, token, node.logProbability + own[token], attention, rule.keepsCoverage);
      const ends = token === endId;
      if (!ends) yield { type: "token", sentence, sample, token };
      if (ends || (endId === undefined && rules.isFull(after.length, sentence))) {
        const reason = rules.isFull(node.length, sentence) || !ends ? "length" : "stop";
        const hypothesis = hypothesisOf(after, ends, reason, rule.scoreOf(after));
        yield { type: "end", sentence, sample, hypothesis };
      } else {
        next.push({ ...drawing, node: after });
        origins.push(row);
      }
    }
    const isSame = next.length === drawings.length || next.length === 0;
    state = isSame ? stepped.state : decoder.select(stepped.state, Int32Array.from(origins));
    drawings = next;
    tokens = Int32Array.from(drawings, ({ node }) => node.token);
  }

  function drawn({ node, draws }: Drawing, logProbabilities: Float32Array | Float64Array): number {
    rules.apply(node);
    for (let id = 0; id < V; id++)
      scores[id] = rules.banned[id] === 1 ? Number.NEGATIVE_INFINITY : logProbabilities[id];
    return sampler.sample(scores, draws, tokensOf(node));
  }
}
