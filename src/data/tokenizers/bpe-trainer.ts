import { PairIndex } from "./pair-index.ts";
import { PairQueue } from "./pair-queue.ts";

/** A pair that occurs once teaches nothing about the next text. */
const LEAST_OCCURRENCES = 2;
// A longer run without a break counts as several: its every merge would cost its whole length.
const MOST_BYTES = 256;
// Of more than this in such runs, pieces are learned from that stand evenly among them: the pairs are the same in all, and each of them
// is another word to every merge.
const MOST_IN_RUNS = 4 << 20;
const BYTES = 256;

/**
 * Learns a byte pair encoding (Sennrich, Haddow & Birch 2016) from pre-tokens and their numbers: again and again the
 * most frequent pair of neighbours within a pre-token becomes a new token; of equally frequent ones that with the
 * smaller left id, then the smaller right. The ids of bytes are their values, new tokens are numbered from 256.
 *
 * Pairs are counted once. A merge then visits the pre-tokens that have the pair, by an index from pairs to pre-tokens,
 * and corrects the counts around it. Those that fall are corrected in the queue when they come up.
 *
 * @returns left, right and result of each merge in their order; fewer than `most` where pairs run out
 */
export function learnMerges(counts: ReadonlyMap<string, number>, most: number): Int32Array {
  const words = new Words(counts);
  const pairs = new PairIndex(BYTES + most, words.length);
  words.forEachPair((word, left, right, count) => pairs.add(left, right, count, word));
  const queue = new PairQueue(pairs.lefts, pairs.rights);
  const push = (pair: number) => queue.push(pairs.occurrences[pair], pair);
  pairs.takeRisen(push);

  // Two merges may spell the same token ("ab" + "c", "a" + "bc"); it has one id.
  const spellings = Array.from({ length: BYTES }, (_, byte) => String.fromCharCode(byte));
  const ids = new Map(spellings.map((spelling, id) => [spelling, id]));
  const merges: number[] = [];
  while (spellings.length < BYTES + most) {
    const pair = queue.pop();
    if (pair < 0) break;
    const occurrences = pairs.occurrences[pair];
    if (queue.poppedCount !== occurrences) {
      // It has fallen since it was pushed; one that has risen was pushed again then.
      if (queue.poppedCount > occurrences && occurrences > 0) push(pair);
      continue;
    }
    if (occurrences < LEAST_OCCURRENCES) break;
    const left = pairs.lefts[pair];
    const right = pairs.rights[pair];
    const spelling = spellings[left] + spellings[right];
    const result = ids.get(spelling) ?? spellings.push(spelling) - 1;
    ids.set(spelling, result);
    merges.push(left, right, result);
    pairs.takeWords(pair, (word) => words.merge(word, left, right, result, pairs));
    pairs.takeRisen(push);
  }
  return Int32Array.from(merges);
}

/** All pre-tokens as tokens, one after the other in one array; merging shortens each in its place. */
class Words {
  readonly #tokens: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #counts: Float64Array;

  constructor(counts: ReadonlyMap<string, number>) {
    const encoder = new TextEncoder();
    let units = 0;
    let unitsInRuns = 0;
    let pieces = 0;
    for (const [word, count] of counts) {
      if (count === 0) continue;
      units += word.length;
      if (word.length > MOST_BYTES) unitsInRuns += word.length;
      pieces += 1 + Math.floor((3 * word.length) / MOST_BYTES);
    }
    const stride = Math.max(1, Math.ceil(unitsInRuns / MOST_IN_RUNS));
    let tokens = new Int32Array(units - unitsInRuns + Math.ceil(unitsInRuns / stride) + 1024);
    this.#starts = new Int32Array(pieces);
    this.#lengths = new Int32Array(pieces);
    this.#counts = new Float64Array(pieces);
    let end = 0;
    let piece = 0;
    for (const [word, count] of counts) {
      const bytes = encoder.encode(word);
      const step = word.length > MOST_BYTES ? stride : 1;
      for (let at = 0; at < bytes.length; at += step * MOST_BYTES) {
        const part = bytes.subarray(at, at + MOST_BYTES);
        if (end + part.length > tokens.length) {
          const larger = new Int32Array(Math.ceil(1.5 * tokens.length) + part.length);
          larger.set(tokens);
          tokens = larger;
        }
        tokens.set(part, end);
        this.#starts[piece] = end;
        this.#lengths[piece] = part.length;
        this.#counts[piece++] = step * count;
        end += part.length;
      }
    }
    this.#tokens = tokens;
  }

  /** Tokens in all pre-tokens together, at the start. */
  get length(): number {
    return this.#tokens.length;
  }

  forEachPair(visit: (word: number, left: number, right: number, count: number) => void): void {
    for (let word = 0; word < this.#starts.length; word++) {
      const last = this.#starts[word] + this.#lengths[word] - 1;
      for (let at = this.#starts[word]; at < last; at++) {
        visit(word, this.#tokens[at], this.#tokens[at + 1], this.#counts[word]);
      }
    }
  }

  /** Merges every occurrence of a pair in one pre-token, from the left, and corrects the numbers of its neighbours. */
  merge(word: number, left: number, right: number, result: number, pairs: PairIndex): void {
    const tokens = this.#tokens;
    const start = this.#starts[word];
    const end = start + this.#lengths[word];
    const count = this.#counts[word];
    let to = start;
    for (let at = start; at < end; at++) {
      if (tokens[at] !== left || at + 1 === end || tokens[at + 1] !== right) {
        tokens[to++] = tokens[at];
        continue;
      }
      if (to > start) {
        pairs.remove(tokens[to - 1], left, count);
        pairs.add(tokens[to - 1], result, count, word);
      }
      pairs.remove(left, right, count);
      if (at + 2 < end) {
        pairs.remove(right, tokens[at + 2], count);
        pairs.add(result, tokens[at + 2], count, word);
      }
      tokens[to++] = result;
      at += 1;
    }
    this.#lengths[word] = to - start;
  }
}
