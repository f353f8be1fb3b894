// Beam search over B sentences side by side. K hypotheses of a sentence are followed at a time; each step reads the last tokens of all of
// them in one call, and of the K·V ways to go on
//   the best 2K are looked at: by falling ln P, of equal ones those of the better hypothesis, then of the lower id;
//   those of the first K that end are finished, and scored;
//   the first K that do not end are followed further.
// So a hypothesis may end only where it is among the K best, as in fairseq and Hugging Face's transformers. K = 1 is greedy search.
import { UnrolledError } from "../errors.ts";
import { Pacer } from "../parallel/pacer.ts";
import { requireInteger } from "./arguments.ts";
import { Candidates } from "./search/candidates.ts";
import { extended, FinishedPaths, type Hypothesis, type PathNode, ROOT } from "./search/hypothesis.ts";
import { ScoreRule } from "./search/score-rule.ts";
import { checkSearchOptions, mostTokens, type SearchOptions } from "./search/search-options.ts";
import type { SequenceDecoder } from "./search/sequence-decoder.ts";
import { settledTokens } from "./search/settled-tokens.ts";
import { StepRows } from "./search/step-rows.ts";
import { TokenRules } from "./search/token-rules.ts";
import { noTokenLeft } from "./softmax.ts";

const CALL = "beamSearch";

/** How a beam search goes. */
export interface BeamSearchOptions extends SearchOptions {
  /** K: how many hypotheses of a sentence are followed at a time. Default 1, greedy search. */
  readonly beam?: number | undefined;
  /** How many hypotheses of each sentence to return, at most K. Default 1. */
  readonly nBest?: number | undefined;
  /**
   * When a sentence is done. "enough" (the default): K hypotheses have ended. "likely": and the worst of them scores as much as the best
   * open one would if it ended now. "bound": the worst that is returned scores as much as any open one could, were all its further
   * tokens certain. Hugging Face calls them true, false and "never".
   */
  readonly stopping?: "enough" | "likely" | "bound" | undefined;
}

/** `tokens`: what all hypotheses of a sentence that are still of interest go on with. `end` closes a sentence with what was found. */
export type SearchEvent =
  | { readonly type: "tokens"; readonly sentence: number; readonly tokens: Int32Array }
  | { readonly type: "end"; readonly sentence: number; readonly hypotheses: readonly Hypothesis[] };

/**
 * The best targets of B sentences, for each its `nBest` hypotheses by falling score, equal ones in the order in which they ended. The
 * loop gives way to other tasks several times in a tenth of a second.
 *
 * @throws UnrolledError "invalid-argument" for options that do not fit, or where no target is possible; "shape-mismatch" and
 * "not-finite" for a decoder's numbers; "aborted" once `signal` is
 */
export async function beamSearch<Batch, State>(
  decoder: SequenceDecoder<Batch, State>,
  batch: Batch,
  options: BeamSearchOptions,
): Promise<readonly (readonly Hypothesis[])[]> {
  const found: (readonly Hypothesis[])[] = [];
  for await (const event of beamSearchEvents(decoder, batch, options))
    if (event.type === "end") found[event.sentence] = event.hypotheses;
  return found;
}

/**
 * As `beamSearch`, and tells on the way each token that is settled: those in which all hypotheses that could still win agree, with K = 1
 * every token at once. The tokens of a sentence's events together are those of its best hypothesis. Throws what `beamSearch` throws.
 */
export async function* beamSearchEvents<Batch, State>(
  decoder: SequenceDecoder<Batch, State>,
  batch: Batch,
  options: BeamSearchOptions,
): AsyncGenerator<SearchEvent, void, undefined> {
  const pacer = new Pacer(CALL, options.signal);
  for (const events of beamSteps(decoder, batch, options)) {
    yield* events;
    if (pacer.isDue()) await pacer.pause();
  }
}

/** The open hypotheses of a sentence, best first, and what has ended. */
interface Sentence {
  readonly index: number;
  open: readonly PathNode[];
  readonly finished: FinishedPaths;
  told: number;
}

/** The search, a step at a time: what has become known in each. */
export function* beamSteps<Batch, State>(
  decoder: SequenceDecoder<Batch, State>,
  batch: Batch,
  options: BeamSearchOptions,
): Generator<readonly SearchEvent[], void, undefined> {
  const { beam = 1, nBest = 1, stopping = "enough", endId } = options;
  const V = decoder.vocabularySize;
  requireInteger(CALL, "beam", beam, 1);
  requireInteger(CALL, "nBest", nBest, 1);
  if (nBest > beam)
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "nBest",
      got: `${nBest}`,
      needed: `at most the beam, ${beam}`,
    });
  const { state: first, tokens: starts, sourceLengths } = decoder.start(batch);
  checkSearchOptions(CALL, options, starts.length, V);
  const rule = new ScoreRule(options);
  const rules = new TokenRules(V, options);
  let sentences: Sentence[] = Array.from({ length: starts.length }, (_, index) => ({
    index,
    open: [ROOT],
    finished: new FinishedPaths(beam, rule),
    told: 0,
  }));
  let state = first;
  let tokens = Int32Array.from(starts);
  while (sentences.length > 0) {
    const rowCount = tokens.length;
    const most = mostAsked(sentences);
    const stepped = decoder.step(state, tokens, most);
    const rows = new StepRows(CALL, stepped, rowCount, V, most);
    const events: SearchEvent[] = [];
    const origins: number[] = [];
    let from = 0;
    for (const sentence of sentences) {
      const count = sentence.open.length;
      const chosen = advance(sentence, rows, from);
      const isOver = isDone(sentence);
      const settled = settledTokens(sentence.open, sentence.finished, sentence.told, isOver);
      if (settled.length > 0) events.push({ type: "tokens", sentence: sentence.index, tokens: settled });
      sentence.told += settled.length;
      if (isOver) {
        const hypotheses = sentence.finished.paths.slice(0, nBest).map(({ hypothesis }) => hypothesis);
        if (hypotheses.length === 0) throw noTokenLeft(CALL);
        events.push({ type: "end", sentence: sentence.index, hypotheses });
        sentence.open = [];
      } else origins.push(...chosen);
      from += count;
    }
    sentences = sentences.filter(({ open }) => open.length > 0);
    tokens = Int32Array.from(sentences.flatMap(({ open }) => open.map(({ token }) => token)));
    const isSame = origins.length === rowCount && origins.every((origin, row) => origin === row);
    state =
      isSame || origins.length === 0
        ? stepped.state
        : decoder.select(stepped.state, Int32Array.from(origins));
    yield events;
  }

  /** How many tokens of each row are enough to find the best 2K that are not banned; undefined where a certain one is needed. */
  function mostAsked(all: readonly Sentence[]): number | undefined {
    const isSettled = all.some(({ open, index }) =>
      open.some((node) => rules.onlyToken(node, index) !== undefined),
    );
    const longest = all.reduce((most, { open }) => Math.max(most, open[0].length), 0);
    return isSettled ? undefined : Math.min(V, 2 * beam + rules.mostBanned(longest));
  }

  /** Takes a sentence one token further; its rows begin at `from`. Returns the row that each open hypothesis now comes from. */
  function advance(sentence: Sentence, rows: StepRows, from: number): number[] {
    const { index, finished, open } = sentence;
    const candidates = new Candidates(2 * beam);
    for (const [at, node] of open.entries()) {
      const only = rules.onlyToken(node, index);
      if (only !== undefined) {
        const score = node.logProbability + rows.logProbabilities[(from + at) * V + only];
        candidates.offer(at, only, score);
        continue;
      }
      rules.apply(node);
      rows.offer(candidates, from + at, at, node.logProbability, rules.banned);
    }
    const origins: number[] = [];
    const next: PathNode[] = [];
    const looked = new Map<number, Float32Array | undefined>();
    for (let at = 0; at < candidates.count && next.length < beam; at++) {
      const row = candidates.rows[at];
      const token = candidates.tokens[at];
      const ends = token === endId;
      if (ends && at >= beam) continue;
      if (!looked.has(row)) looked.set(row, rows.attentionOf(from + row, sourceLengths?.[index]));
      const node = extended(open[row], token, candidates.scores[at], looked.get(row), rule.keepsCoverage);
      if (ends) finished.add(node, true, rules.isFull(open[row].length, index) ? "length" : "stop");
      else if (endId === undefined && rules.isFull(node.length, index)) finished.add(node, false, "length");
      else {
        next.push(node);
        origins.push(from + row);
      }
    }
    sentence.open = next;
    return origins;
  }

  function isDone({ open, finished, index }: Sentence): boolean {
    if (open.length === 0) return true;
    if (stopping === "bound") {
      const longest = mostTokens(options, index) + (endId === undefined ? 0 : 1);
      return finished.scoreAt(nBest) >= rule.normalised(open[0].logProbability, longest);
    }
    if (finished.paths.length < beam) return false;
    return (
      stopping === "enough" ||
      finished.scoreAt(beam) >= rule.normalised(open[0].logProbability, open[0].length)
    );
  }
}
