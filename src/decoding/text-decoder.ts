import { UnrolledError } from "../errors.ts";
import type { TokenSpan } from "./ctc/best-path.ts";
import { spokenWords, type Transcript, textOfTokens } from "./spoken-words.ts";

/** Texts of what comes in pieces. */
export interface TextStream<Numbers = ArrayLike<number>> {
  /** Reads what the network says of the next T steps. */
  push(numbers: Numbers): void;
  /** The likeliest text so far, whose last word may not be over. */
  text(): string;
  /** The text if nothing more follows, with its words' times and other texts. */
  transcript(): Transcript;
}

/** Makes texts of what a network says of each step: logits [T·V] of CTC, or the output of a transducer's encoder. */
export interface TextDecoder<Numbers = ArrayLike<number>> {
  /** The text of one sequence. */
  decode(numbers: Numbers): Transcript;
  /** A decoder of what comes in pieces. */
  stream(): TextStream<Numbers>;
}

/** What turns tokens into words with times. */
export interface TextOptions {
  /** The text of each class, [V]; that of the blank is not read. White space parts words. */
  readonly tokens: readonly string[];
  /** Seconds from one step to the next. */
  readonly secondsPerStep: number;
}

/** What a search has found. */
interface Found {
  readonly tokenIds: readonly number[];
  readonly score: number;
}

/** The best of what a search has found as a text, the others as its alternatives. Sequences can differ in white space alone. */
export function transcriptOf<Hypothesis extends Found>(
  hypotheses: readonly Hypothesis[],
  spansOf: (best: Hypothesis) => readonly TokenSpan[],
  { tokens, secondsPerStep }: TextOptions,
): Transcript {
  const [best] = hypotheses;
  if (best === undefined) return { text: "", score: Number.NEGATIVE_INFINITY, words: [], alternatives: [] };
  const texts = new Map<string, number>();
  for (const { tokenIds, score } of hypotheses) {
    const text = textOfTokens(tokenIds, tokens);
    if (!texts.has(text)) texts.set(text, score);
  }
  const [first, ...alternatives] = [...texts].map(([text, score]) => ({ text, score }));
  return { ...first, words: spokenWords(best.tokenIds, spansOf(best), tokens, secondsPerStep), alternatives };
}

/** Throws unless steps have a length in seconds. */
export function requireSeconds(call: string, { secondsPerStep }: TextOptions): void {
  if (secondsPerStep > 0 && secondsPerStep < Number.POSITIVE_INFINITY) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "secondsPerStep",
    got: `${secondsPerStep}`,
    needed: "a positive number",
  });
}
