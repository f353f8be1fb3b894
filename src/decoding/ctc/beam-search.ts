// Prefix beam search (Graves & Jaitly 2014; Hannun, Maas, Jurafsky & Ng 2014). Of each prefix y it keeps the probability of all paths
// that give y and end with a blank, b(y), and with y's last token, l(y). With p the softmax of a step, c a token and q what a scorer gives
// c behind y, a step makes of them
//   b'(y) = (b(y) + l(y)) p(blank)      l'(y) = l(y) p(y's last) + Σ over y = z + c of (b(z) + [c is not z's last] l(z)) p(c) q(c | z)
// and then the likeliest prefixes stay. Probabilities are float64 on a common scale, a power of two, so no step needs logarithms.
import { UnrolledError } from "../../errors.ts";
import { exp } from "../../random/exp.ts";
import { log } from "../../random/log.ts";
import { requireWhole } from "../../whole-numbers.ts";
import { joinedScorers, type PrefixScorer } from "../prefix-scorer.ts";
import { Ranking } from "../ranking.ts";
import { type CtcOptions, checkedBlank, stepsOf } from "./ctc-options.ts";
import { frameSoftmax } from "./frame-softmax.ts";
import { Prefix } from "./prefix.ts";

/** How a beam search goes. */
export interface CtcBeamOptions extends CtcOptions {
  /** How many prefixes are followed at a time. Default 32. */
  readonly beamWidth?: number | undefined;
  /** How many sequences to return at most, the best first. Default 1. */
  readonly nBest?: number | undefined;
  /** Tokens that are less probable at a step than this are not tried there. 0 tries all. Default 1e-4. */
  readonly leastProbability?: number | undefined;
  /** What is known of sequences beside the logits; their scores are added. Default none. */
  readonly scorers?: readonly PrefixScorer[] | undefined;
}

/** A sequence that a search has found. */
export interface CtcHypothesis {
  readonly tokenIds: number[];
  /** ln of its probability, summed over all paths that were followed, with what the scorers add. */
  readonly score: number;
  /** The same without the scorers. */
  readonly ctcScore: number;
}

const SCALE = 2 ** 200;

/** A beam search that reads steps as they come. Reading in pieces gives what reading at once gives, to the bit. */
export class CtcBeamSearch {
  readonly #call: string;
  readonly #options: {
    readonly vocabularySize: number;
    readonly blank: number;
    readonly beamWidth: number;
    readonly nBest: number;
    readonly leastProbability: number;
  };
  readonly #scorer: PrefixScorer | undefined;
  readonly #probabilities: Float64Array;
  /** Tokens that are tried at this step, and where each of the V stands among them, or −1. */
  readonly #tried: Int32Array;
  readonly #place: Int32Array;
  /** What the ranking reads: each kept prefix with each tried token behind it, then prefixes that were in the tree already. */
  #weights = new Float64Array(0);
  #ranking = new Ranking(0);
  readonly #touched: Prefix[] = [];
  #kept: Prefix[] = [];
  #steps = 0;
  /** Probabilities are those of the prefixes times SCALE to this power. */
  #scale = 0;

  /** @throws UnrolledError "invalid-argument" for options out of their range */
  constructor(options: CtcBeamOptions, call = "CtcBeamSearch") {
    const { vocabularySize, beamWidth = 32, nBest = 1, leastProbability = 1e-4, scorers = [] } = options;
    const blank = checkedBlank(call, options);
    requireWhole(call, "beamWidth", beamWidth, 1, 1e6);
    requireWhole(call, "nBest", nBest, 1);
    if (!(leastProbability >= 0 && leastProbability < 1)) {
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "leastProbability",
        got: `${leastProbability}`,
        needed: "a number from 0 to below 1",
      });
    }
    this.#call = call;
    this.#options = { vocabularySize, blank, beamWidth, nBest, leastProbability };
    this.#scorer = scorers.length > 1 ? (joinedScorers(scorers) as PrefixScorer) : scorers[0];
    this.#probabilities = new Float64Array(vocabularySize);
    this.#tried = new Int32Array(vocabularySize);
    this.#place = new Int32Array(vocabularySize);
    this.reset();
  }

  /** Steps that were read. */
  get steps(): number {
    return this.#steps;
  }

  /** Goes back to before the first step. */
  reset(): void {
    const root = new Prefix(undefined, -1, this.#scorer?.start(), 0);
    root.blank = 1;
    this.#kept = [root];
    this.#steps = 0;
    this.#scale = 0;
  }

  /**
   * Reads logits [T·V] of the next T steps: before the softmax, or logarithms of probabilities.
   *
   * @throws UnrolledError "shape-mismatch" for logits that are no multiple of V, "not-finite" for NaN or +∞
   */
  push(logits: ArrayLike<number>): void {
    const V = this.#options.vocabularySize;
    const T = stepsOf(this.#call, logits, V);
    for (let t = 0; t < T; t++) {
      frameSoftmax(this.#call, logits, t * V, this.#probabilities);
      this.#step();
    }
  }

  /** The best sequences so far as if the last step were the last of all; none where the scorers forbid all that is left. */
  hypotheses(): CtcHypothesis[] {
    return this.#ranked((prefix) => this.#scorer?.end(prefix.state) ?? 0);
  }

  /** The best sequences so far, of which more may follow: without what the scorers add at an end. */
  unfinished(): CtcHypothesis[] {
    return this.#ranked(() => 0);
  }

  #ranked(endOf: (prefix: Prefix) => number): CtcHypothesis[] {
    const scale = this.#scale * log(SCALE);
    return this.#kept
      .map((prefix) => {
        const so = log(prefix.blank + prefix.label) - scale;
        return { prefix, score: so + endOf(prefix), ctcScore: so - prefix.added };
      })
      .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
      .sort((one, other) => other.score - one.score)
      .slice(0, this.#options.nBest)
      .map(({ prefix, score, ctcScore }) => ({ tokenIds: prefix.tokenIds, score, ctcScore }));
  }

  #step(): void {
    const { beamWidth } = this.#options;
    const [kept, touched, tried] = [this.#kept, this.#touched, this.#tried];
    const count = this.#chooseTokens();
    // A step touches the kept prefixes, and of their children those that are in the tree.
    const weights = this.#weightsFor(kept.length * (2 * count + 1));
    touched.length = 0;
    for (const prefix of kept) this.#touch(prefix);
    for (let row = 0; row < kept.length; row++) this.#extend(kept[row], count, row * count);
    const added = kept.length * count;
    for (let i = 0; i < touched.length; i++) weights[added + i] = touched[i].nextBlank + touched[i].nextLabel;

    this.#ranking.fill(weights, added + touched.length, 0);
    const next: Prefix[] = [];
    for (let at = this.#ranking.next(); at >= 0 && next.length < beamWidth; at = this.#ranking.next()) {
      if (at >= added) next.push(touched[at - added]);
      else {
        const child = this.#child(kept[Math.floor(at / count)], tried[at % count]);
        child.nextLabel = weights[at];
        next.push(child);
      }
    }
    for (const prefix of next) prefix.kept = this.#steps;
    for (const prefix of touched) this.#settle(prefix);
    this.#kept = next;
    this.#steps += 1;
    this.#rescale();
  }

  /** Room for so many weights and their ranking. */
  #weightsFor(count: number): Float64Array {
    if (this.#weights.length < count) {
      this.#weights = new Float64Array(2 * count);
      this.#ranking = new Ranking(2 * count);
    }
    return this.#weights;
  }

  /** Which tokens are tried; returns how many. */
  #chooseTokens(): number {
    const { blank, leastProbability } = this.#options;
    const [probabilities, tried, place] = [this.#probabilities, this.#tried, this.#place];
    let count = 0;
    for (let v = 0; v < probabilities.length; v++) {
      const isTried = v !== blank && probabilities[v] > 0 && probabilities[v] >= leastProbability;
      place[v] = isTried ? count : -1;
      if (isTried) tried[count++] = v;
    }
    return count;
  }

  /** Puts what a prefix passes on into its children of the tree, and for the others into weights that begin at `from`. */
  #extend(prefix: Prefix, count: number, from: number): void {
    const [probabilities, weights, tried, place] = [
      this.#probabilities,
      this.#weights,
      this.#tried,
      this.#place,
    ];
    const { blank, label, tokenId } = prefix;
    const total = blank + label;
    prefix.nextBlank += total * probabilities[this.#options.blank];
    if (tokenId >= 0) prefix.nextLabel += label * probabilities[tokenId];
    const factors = this.#scorer ? this.#factorsOf(prefix, this.#scorer) : undefined;
    for (let i = 0; i < count; i++) {
      const c = tried[i];
      const mass = (c === tokenId ? blank : total) * probabilities[c];
      weights[from + i] = factors === undefined ? mass : mass * factors[c];
    }
    if (!prefix.children?.size) return;
    for (const child of prefix.children.values()) {
      const at = place[child.tokenId];
      if (at < 0) continue;
      this.#touch(child);
      child.nextLabel += weights[from + at];
      weights[from + at] = 0;
    }
  }

  #factorsOf(prefix: Prefix, scorer: PrefixScorer): Float64Array {
    const { vocabularySize, blank } = this.#options;
    prefix.factors ??= Float64Array.from({ length: vocabularySize }, (_, v) =>
      v === blank ? 0 : exp(scorer.score(prefix.state, v)),
    );
    return prefix.factors;
  }

  #touch(prefix: Prefix): void {
    if (prefix.touched === this.#steps) return;
    prefix.touched = this.#steps;
    prefix.nextBlank = 0;
    prefix.nextLabel = 0;
    this.#touched.push(prefix);
  }

  #child(parent: Prefix, tokenId: number): Prefix {
    const scorer = this.#scorer;
    const state = scorer?.next(parent.state, tokenId);
    const added = parent.added + (scorer?.score(parent.state, tokenId) ?? 0);
    const child = new Prefix(parent, tokenId, state, added);
    parent.children ??= new Map();
    parent.children.set(tokenId, child);
    this.#touch(child);
    return child;
  }

  /** A prefix that was touched goes on with what the step made of it, or leaves the tree, with all above it that only led to it. */
  #settle(prefix: Prefix): void {
    const isKept = prefix.kept === this.#steps;
    prefix.blank = isKept ? prefix.nextBlank : 0;
    prefix.label = isKept ? prefix.nextLabel : 0;
    if (isKept) return;
    prefix.factors = undefined;
    for (let at = prefix; at.parent && !at.children?.size && at.kept !== this.#steps; at = at.parent)
      at.parent.children!.delete(at.tokenId);
  }

  /** Keeps the best probability within the range of float64; scorers can make it large, steps make it small. */
  #rescale(): void {
    const [first] = this.#kept;
    if (first === undefined) return;
    let factor = 1;
    for (let best = first.blank + first.label; best * factor < 1 / SCALE; this.#scale++) factor *= SCALE;
    for (let best = first.blank + first.label; best * factor > SCALE; this.#scale--) factor /= SCALE;
    if (factor === 1) return;
    for (const prefix of this.#kept) {
      prefix.blank *= factor;
      prefix.label *= factor;
    }
  }
}

/**
 * The best sequences for logits of T steps by prefix beam search, the best first; fewer than `nBest`, or none, where the scorers
 * forbid the rest.
 *
 * @param logits [T·V] of one sequence, step by step: before the softmax, or logarithms of probabilities
 * @throws UnrolledError "shape-mismatch" for logits that are no multiple of V, "invalid-argument" for options out of their range,
 * "not-finite" for NaN or +∞
 */
export function ctcBeamSearch(logits: ArrayLike<number>, options: CtcBeamOptions): CtcHypothesis[] {
  const search = new CtcBeamSearch(options, "ctcBeamSearch");
  search.push(logits);
  return search.hypotheses();
}
