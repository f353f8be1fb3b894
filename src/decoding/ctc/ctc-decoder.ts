import { UnrolledError } from "../../errors.ts";
import { spokenWords, type Transcript, textOfTokens } from "../spoken-words.ts";
import { type CtcBeamOptions, CtcBeamSearch, type CtcHypothesis } from "./beam-search.ts";
import { ctcAlign } from "./ctc-align.ts";

/** How logits become texts. */
export interface CtcDecoderOptions extends Omit<CtcBeamOptions, "vocabularySize"> {
  /** The text of each class, [V]; that of the blank is not read. White space parts words. */
  readonly tokens: readonly string[];
  /** Seconds from one step of the logits to the next. */
  readonly secondsPerStep: number;
}

/** Texts of logits that come in pieces. */
export interface CtcStream {
  /** Reads logits [T·V] of the next T steps. */
  push(logits: ArrayLike<number>): void;
  /** The likeliest text so far, whose last word may not be over. */
  text(): string;
  /** The text if nothing more follows, with its words' times and other texts. */
  transcript(): Transcript;
}

/** Makes texts of logits by prefix beam search. */
export interface CtcDecoder {
  /** The text of logits [T·V] of one sequence. */
  decode(logits: ArrayLike<number>): Transcript;
  /** A decoder of logits that come in pieces; it keeps them, because times of words need them. */
  stream(): CtcStream;
}

const CALL = "ctcDecoder";

/**
 * A decoder with everything that decides its texts: tokens, beam, scorers. Times of words are those of the likeliest path that gives the
 * text. A text is "" with a score of −∞ where the scorers forbid all that was found.
 *
 * @throws UnrolledError "invalid-argument" for options out of their range; decoding throws as `ctcBeamSearch` does
 */
export function ctcDecoder(options: CtcDecoderOptions): CtcDecoder {
  const { tokens, secondsPerStep, ...beam } = options;
  if (!(secondsPerStep > 0 && secondsPerStep < Number.POSITIVE_INFINITY)) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "secondsPerStep",
      got: `${secondsPerStep}`,
      needed: "a positive number",
    });
  }
  const settings = { ...beam, vocabularySize: tokens.length };
  const open = () => new CtcBeamSearch(settings, CALL);
  open();
  const stream = (): CtcStream => {
    const search = open();
    const pushed: Float32Array[] = [];
    return {
      push(logits) {
        search.push(logits);
        pushed.push(Float32Array.from(logits));
      },
      text: () => textOfTokens(search.unfinished()[0]?.tokenIds ?? [], tokens),
      transcript: () => transcriptOf(search.hypotheses(), joined(pushed), { ...options, ...settings }),
    };
  };
  return {
    stream,
    decode(logits) {
      const search = open();
      search.push(logits);
      return transcriptOf(search.hypotheses(), logits, { ...options, ...settings });
    },
  };
}

function transcriptOf(
  hypotheses: readonly CtcHypothesis[],
  logits: ArrayLike<number>,
  options: CtcDecoderOptions & CtcBeamOptions,
): Transcript {
  const { tokens, secondsPerStep } = options;
  // Sequences can differ in white space alone.
  const texts = new Map<string, number>();
  for (const { tokenIds, score } of hypotheses) {
    const text = textOfTokens(tokenIds, tokens);
    if (!texts.has(text)) texts.set(text, score);
  }
  const [best] = hypotheses;
  if (best === undefined) return { text: "", score: Number.NEGATIVE_INFINITY, words: [], alternatives: [] };
  const { spans } = ctcAlign(logits, best.tokenIds, options);
  const [first, ...others] = [...texts].map(([text, score]) => ({ text, score }));
  return {
    ...first,
    words: spokenWords(best.tokenIds, spans, tokens, secondsPerStep),
    alternatives: others,
  };
}

function joined(chunks: Float32Array[]): Float32Array {
  const all = new Float32Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  chunks.splice(0, chunks.length, all);
  return all;
}
