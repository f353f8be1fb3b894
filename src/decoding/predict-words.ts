import type { TokenStream } from "../data/tokenizers/tokenizer.ts";
import { Pacer } from "../parallel/pacer.ts";
import { requireInteger, requireTokenId } from "./arguments.ts";
import type { NextToken } from "./next-token.ts";
import { readPrompt } from "./prompt.ts";
import { Ranking } from "./ranking.ts";
import { nextTokenWeights } from "./softmax.ts";
import { promptPlace, readWords, type WordPlace } from "./word-reader.ts";

const CALL = "predictWords";
/** When a full beam holds less than this share of the last listed word's probability, it no longer matters. */
const NEGLIGIBLE = 1e-4;

export interface PredictWordsOptions {
  /** Opens a stream that turns tokens (characters, bytes or byte pairs) into text. */
  readonly stream: () => TokenStream;
  /** How many words to return. Default 10. */
  readonly top?: number | undefined;
  /** How many beginnings are followed at a time: more finds rarer words and costs as much more. Default 48. */
  readonly beamWidth?: number | undefined;
  /** How many tokens to look ahead: spaces before the word, the word, and the boundary after it. Default 32. */
  readonly maxLength?: number | undefined;
  /** Tokens that no word contains, such as the unknown token. Default none. */
  readonly forbiddenIds?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WordPrediction {
  readonly word: string;
  /** The product of its tokens' probabilities, the boundary's included, over all ways found to arrive at it. */
  readonly probability: number;
}

/** A continuation of the prompt whose word is not over: `tokenId` is still to be stepped from `before`. */
interface Hypothesis {
  readonly before: unknown;
  readonly tokenId: number;
  readonly probability: number;
  readonly place: WordPlace;
  /** The last tokens, from the one on that began a character which is not whole yet. */
  readonly pending: readonly number[];
  /** How much of the text of `pending` has been read: what stands before that character. */
  readonly read: number;
}

/**
 * The likeliest next words of a model of characters, bytes or byte pairs after a prompt (at least one token id), likeliest first:
 * a beam search over tokens to the next word boundary.
 *
 * The next word is the first that gains a letter after the prompt. Where the prompt ends within a word ("the ne"),
 * that word is completed ("next"); where the model holds it to be complete ("the next"), the word after it follows.
 * Probabilities are what the beam has found, so they may fall short of the whole by what it dropped; together they
 * are at most 1. Throws `invalid-argument`, `not-finite`, `aborted`.
 */
export async function predictWords(
  model: NextToken,
  promptIds: ArrayLike<number>,
  options: PredictWordsOptions,
): Promise<WordPrediction[]> {
  const { stream, top = 10, beamWidth = 48, maxLength = 32, forbiddenIds = [] } = options;
  const size = model.vocabularySize;
  requireInteger(CALL, "top", top, 1);
  requireInteger(CALL, "beamWidth", beamWidth, 1);
  requireInteger(CALL, "maxLength", maxLength, 1);
  for (const id of forbiddenIds) requireTokenId(CALL, "forbiddenIds", id, size);
  const pacer = new Pacer(CALL, options.signal);
  let logits = await readPrompt(CALL, model, promptIds, pacer);

  const tokens = Array.from({ length: size }, (_, id) => id);
  const pieces = tokens.map((id) => {
    const one = stream();
    return { text: one.push(id), isWhole: one.end() === "" };
  });
  const weights = new Float64Array(size);
  const probabilities = new Float64Array(beamWidth * size);
  const ranking = new Ranking(beamWidth * size);
  const words = new Map<string, number>();
  const start = promptPlace(textOf(stream(), promptIds));
  let alive: Hypothesis[] = [
    { before: undefined, tokenId: -1, probability: 1, place: start, pending: [], read: 0 },
  ];

  let bound = 0;
  for (let length = 1; length <= maxLength && alive.length > 0; length++) {
    const after: unknown[] = [];
    for (const [row, hypothesis] of alive.entries()) {
      if (pacer.isDue()) await pacer.pause();
      if (length > 1) {
        model.restore(hypothesis.before);
        logits = model.step(hypothesis.tokenId);
      }
      after.push(model.state());
      const sum = nextTokenWeights(CALL, logits, forbiddenIds, weights);
      for (let id = 0; id < size; id++) {
        const probability = (hypothesis.probability * weights[id]) / sum;
        probabilities[row * size + id] = 0;
        if (probability <= bound) continue;
        const { place } = extend(hypothesis, id);
        if (place.ended) words.set(place.word, (words.get(place.word) ?? 0) + probability);
        else probabilities[row * size + id] = probability;
      }
    }

    bound = (NEGLIGIBLE / beamWidth) * (likeliest(words, top)[top - 1]?.probability ?? 0);
    ranking.fill(probabilities, alive.length * size, bound);
    const best: Hypothesis[] = [];
    for (let at = ranking.next(); at >= 0 && best.length < beamWidth; at = ranking.next()) {
      const row = Math.floor(at / size);
      const tokenId = at % size;
      best.push({
        before: after[row],
        tokenId,
        probability: probabilities[at],
        ...extend(alive[row], tokenId),
      });
    }
    alive = best;
  }
  return likeliest(words, top);

  function extend(hypothesis: Hypothesis, id: number): Pick<Hypothesis, "place" | "pending" | "read"> {
    if (hypothesis.pending.length === 0 && pieces[id].isWhole)
      return { place: readWords(hypothesis.place, pieces[id].text), pending: [], read: 0 };
    const pending = [...hypothesis.pending, id];
    const reading = stream();
    const text = textOf(reading, pending);
    const place = readWords(hypothesis.place, text.slice(hypothesis.read));
    return reading.end() === "" ? { place, pending: [], read: 0 } : { place, pending, read: text.length };
  }
}

/** The text of tokens, without a character that is still incomplete. */
function textOf(stream: TokenStream, ids: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < ids.length; i++) text += stream.push(ids[i]);
  return text;
}

function likeliest(words: ReadonlyMap<string, number>, top: number): WordPrediction[] {
  return [...words]
    .map(([word, probability]) => ({ word, probability }))
    .sort((a, b) => b.probability - a.probability || (a.word < b.word ? -1 : 1))
    .slice(0, top);
}
