// Beam search for transducers (Graves, "Sequence transduction with recurrent neural networks", 2012, algorithm 1). Before a step, A holds
// the sequences that were kept, each with the probability of all ways to it; first each takes over what its own beginnings in A may become
// at this step. Then, until W sequences of B are likelier than all of A, the likeliest y leaves A: with a blank it goes into B, with each
// token k, y + k goes into A. The W likeliest of B are kept.
import { UnrolledError } from "../../errors.ts";
import { exp } from "../../random/exp.ts";
import { log } from "../../random/log.ts";
import { requireWhole } from "../../whole-numbers.ts";
import { frameSoftmax } from "../ctc/frame-softmax.ts";
import { joinedScorers, type PrefixScorer } from "../prefix-scorer.ts";
import { OutputPrefix } from "./output-prefix.ts";
import type { TransducerStepper } from "./transducer-stepper.ts";

/** How a transducer's beam search goes. */
export interface TransducerBeamOptions {
  /** W: how many sequences are kept from step to step. Default 8. */
  readonly beamWidth?: number | undefined;
  /** How many sequences to return at most, the best first. Default 1. */
  readonly nBest?: number | undefined;
  /** How many tokens a sequence may gain at one step. Default 8. */
  readonly maxTokensPerStep?: number | undefined;
  /** Tokens that are less probable behind a sequence than this are not tried there. 0 tries all. Default 1e-4. */
  readonly leastProbability?: number | undefined;
  /** What is known of sequences beside the transducer; their scores are added. Default none. */
  readonly scorers?: readonly PrefixScorer[] | undefined;
  /** Whether sequences are compared by ln p / length, as the paper has it, which favours long ones. Default false. */
  readonly lengthNormalized?: boolean | undefined;
}

/** A sequence that a transducer's search has found. */
export interface TransducerHypothesis {
  readonly tokenIds: number[];
  /** The step in which each token was most likely given. */
  readonly steps: number[];
  /** ln of its probability, summed over all ways to it that were followed, with what the scorers add. */
  readonly score: number;
  /** The same without the scorers. */
  readonly transducerScore: number;
}

/** What may leave A next: a sequence that was kept, or one with a token more that is not in the tree yet. */
interface Candidate {
  readonly prefix: OutputPrefix;
  /** A token behind the prefix, or −1. */
  readonly tokenId: number;
  readonly probability: number;
  /** Tokens gained at this step. */
  readonly gained: number;
}

const SCALE = 2 ** 200;

/** A beam search that reads what the encoder says as it comes. Reading in pieces gives what reading at once gives, to the bit. */
export class TransducerBeamSearch {
  readonly #call: string;
  readonly #stepper: TransducerStepper;
  readonly #beamWidth: number;
  readonly #nBest: number;
  readonly #maxTokens: number;
  readonly #least: number;
  readonly #lengthNormalized: boolean;
  readonly #scorer: PrefixScorer | undefined;
  #kept: OutputPrefix[] = [];
  #steps = 0;
  #scale = 0;

  /** @throws UnrolledError "invalid-argument" for options out of their range */
  constructor(
    stepper: TransducerStepper,
    options: TransducerBeamOptions = {},
    call = "TransducerBeamSearch",
  ) {
    const { beamWidth = 8, nBest = 1, maxTokensPerStep = 8, leastProbability = 1e-4, scorers = [] } = options;
    requireWhole(call, "beamWidth", beamWidth, 1, 1e6);
    requireWhole(call, "nBest", nBest, 1);
    requireWhole(call, "maxTokensPerStep", maxTokensPerStep, 1);
    if (!(leastProbability >= 0 && leastProbability < 1)) {
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "leastProbability",
        got: `${leastProbability}`,
        needed: "a number from 0 to below 1",
      });
    }
    this.#call = call;
    this.#stepper = stepper;
    this.#beamWidth = beamWidth;
    this.#nBest = nBest;
    this.#maxTokens = maxTokensPerStep;
    this.#least = leastProbability;
    this.#lengthNormalized = options.lengthNormalized ?? false;
    this.#scorer = scorers.length > 1 ? (joinedScorers(scorers) as PrefixScorer) : scorers[0];
    this.reset();
  }

  /** Steps that were read. */
  get steps(): number {
    return this.#steps;
  }

  /** Goes back to before the first step. */
  reset(): void {
    const said = { predicted: this.#stepper.start(), known: this.#scorer?.start(), added: 0 };
    const root = new OutputPrefix(undefined, -1, said, this.#stepper.vocabularySize, 0);
    root.probability = 1;
    root.keptFor = 0;
    this.#kept = [root];
    this.#steps = 0;
    this.#scale = 0;
  }

  /**
   * Reads what the encoder says of the next T steps, [T·encodedSize].
   *
   * @throws UnrolledError "shape-mismatch" for numbers that are no multiple of the width, "not-finite" for logits that are NaN or +∞
   */
  push(encoded: Float32Array): void {
    const { encodedSize } = this.#stepper;
    if (encoded.length % encodedSize !== 0) {
      throw new UnrolledError("shape-mismatch", {
        call: this.#call,
        subject: "encoded",
        got: `${encoded.length} numbers`,
        needed: `${encodedSize} for each step`,
      });
    }
    for (let from = 0; from < encoded.length; from += encodedSize)
      this.#step(encoded.subarray(from, from + encodedSize));
  }

  /** The best sequences so far as if the last step were the last of all; none where the scorers forbid all that is left. */
  hypotheses(): TransducerHypothesis[] {
    return this.#ranked((prefix) => this.#scorer?.end(prefix.known) ?? 0);
  }

  /** The best sequences so far, of which more may follow: without what the scorers add at an end. */
  unfinished(): TransducerHypothesis[] {
    return this.#ranked(() => 0);
  }

  #ranked(endOf: (prefix: OutputPrefix) => number): TransducerHypothesis[] {
    const scale = this.#scale * log(SCALE);
    const rank = ({ score, length }: { score: number; length: number }) =>
      this.#lengthNormalized ? score / Math.max(1, length) : score;
    return this.#kept
      .map((prefix) => {
        const so = log(prefix.probability) - scale;
        const { added, length } = prefix;
        return { prefix, length, score: so + endOf(prefix), transducerScore: so - added };
      })
      .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
      .sort((one, other) => rank(other) - rank(one))
      .slice(0, this.#nBest)
      .map(({ prefix, score, transducerScore }) => ({ ...prefix.tokens, score, transducerScore }));
  }

  #step(encoded: Float32Array): void {
    const kept = this.#kept;
    this.#takeOver(encoded);
    const waiting: Candidate[] = kept.map((prefix) => ({
      prefix,
      tokenId: -1,
      probability: prefix.probability,
      gained: 0,
    }));
    const done: { prefix: OutputPrefix; probability: number }[] = [];
    while (waiting.length > 0) {
      let best = 0;
      for (let i = 1; i < waiting.length; i++)
        if (waiting[i].probability > waiting[best].probability) best = i;
      const candidate = waiting[best];
      const { probability, gained } = candidate;
      if (done.reduce((sum, each) => sum + (each.probability > probability ? 1 : 0), 0) >= this.#beamWidth)
        break;
      waiting[best] = waiting[waiting.length - 1];
      waiting.pop();
      const prefix = this.#prefixOf(candidate);
      const joined = this.#join(prefix, encoded);
      done.push({ prefix, probability: probability * joined[this.#stepper.blank] });
      if (gained < this.#maxTokens) this.#offer(prefix, probability, gained + 1, waiting);
    }
    this.#keep(done);
  }

  /** Each sequence of A takes over what those of its beginnings that are in A become at this step. */
  #takeOver(encoded: Float32Array): void {
    const kept = this.#kept;
    const shortest = kept.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
    const gains = kept.map((prefix) => {
      let [gain, way] = [0, 1];
      for (let at = prefix; at.parent && at.length > shortest && way > 0; at = at.parent) {
        way *= this.#join(at.parent, encoded)[at.tokenId] * exp(at.added - at.parent.added);
        if (at.parent.keptFor === this.#steps) gain += way * at.parent.probability;
      }
      return gain;
    });
    for (const [index, prefix] of kept.entries()) {
      if (gains[index] > prefix.probability) prefix.step = this.#steps;
      prefix.probability += gains[index];
    }
  }

  /** What becomes of a sequence with each token behind it, but for those that are in A and have taken it over. */
  #offer(prefix: OutputPrefix, probability: number, gained: number, waiting: Candidate[]): void {
    const { blank, vocabularySize } = this.#stepper;
    const { joined, known } = prefix;
    for (let tokenId = 0; tokenId < vocabularySize; tokenId++) {
      if (tokenId === blank || joined[tokenId] < this.#least || joined[tokenId] === 0) continue;
      if (prefix.children.get(tokenId)?.keptFor === this.#steps) continue;
      const score = this.#scorer?.score(known, tokenId) ?? 0;
      const grown = probability * joined[tokenId] * (score === 0 ? 1 : exp(score));
      if (grown > 0) waiting.push({ prefix, tokenId, probability: grown, gained });
    }
  }

  #prefixOf({ prefix, tokenId }: Candidate): OutputPrefix {
    if (tokenId < 0) return prefix;
    let child = prefix.children.get(tokenId);
    if (child === undefined) {
      const { predicted, known, added } = prefix;
      const said = {
        predicted: this.#stepper.next(predicted, tokenId),
        known: this.#scorer?.next(known, tokenId),
        added: added + (this.#scorer?.score(known, tokenId) ?? 0),
      };
      child = new OutputPrefix(prefix, tokenId, said, this.#stepper.vocabularySize, this.#steps);
      prefix.children.set(tokenId, child);
    }
    child.step = this.#steps;
    return child;
  }

  #join(prefix: OutputPrefix, encoded: Float32Array): Float64Array {
    if (prefix.joinedAt !== this.#steps) {
      frameSoftmax(this.#call, this.#stepper.join(encoded, prefix.predicted), 0, prefix.joined);
      prefix.joinedAt = this.#steps;
    }
    return prefix.joined;
  }

  /** Keeps the likeliest of B; the others leave the tree with all above them that only led to them. */
  #keep(done: { prefix: OutputPrefix; probability: number }[]): void {
    const before = this.#kept;
    done.sort((one, other) => other.probability - one.probability);
    const likeliest = done.slice(0, this.#beamWidth).filter(({ probability }) => probability > 0);
    this.#steps += 1;
    const factor = this.#rescaling(likeliest[0]?.probability ?? 1);
    for (const { prefix, probability } of likeliest) {
      prefix.keptFor = this.#steps;
      prefix.probability = probability * factor;
    }
    this.#kept = likeliest.map(({ prefix }) => prefix);
    const left = [...before, ...done.map(({ prefix }) => prefix)];
    for (const prefix of left)
      for (let at = prefix; at.parent && at.children.size === 0 && at.keptFor !== this.#steps; at = at.parent)
        at.parent.children.delete(at.tokenId);
  }

  /** Keeps the best probability within the range of float64: what to multiply all with. */
  #rescaling(best: number): number {
    let factor = 1;
    for (; best * factor < 1 / SCALE; this.#scale++) factor *= SCALE;
    for (; best * factor > SCALE; this.#scale--) factor /= SCALE;
    return factor;
  }
}

/**
 * The best sequences for what an encoder says of T steps, [T·encodedSize], the best first; fewer than `nBest`, or none, where the scorers
 * forbid the rest.
 *
 * @throws UnrolledError "invalid-argument" for options out of their range, "shape-mismatch" for numbers that are no multiple of the width,
 * "not-finite" for logits that are NaN or +∞
 */
export function transducerBeamSearch(
  stepper: TransducerStepper,
  encoded: Float32Array,
  options: TransducerBeamOptions = {},
): TransducerHypothesis[] {
  const search = new TransducerBeamSearch(stepper, options, "transducerBeamSearch");
  search.push(encoded);
  return search.hypotheses();
}
