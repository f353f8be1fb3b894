import { textOfTokens } from "../spoken-words.ts";
import { requireSeconds, type TextDecoder, type TextOptions, transcriptOf } from "../text-decoder.ts";
import { type CtcBeamOptions, CtcBeamSearch } from "./beam-search.ts";
import { ctcAlign } from "./ctc-align.ts";

/** How logits become texts. */
export interface CtcDecoderOptions extends Omit<CtcBeamOptions, "vocabularySize">, TextOptions {}

const CALL = "ctcDecoder";

/**
 * A decoder with everything that decides its texts: tokens, beam, scorers. It reads logits [T·V]. Times of words are those of the likeliest
 * path that gives the text, so a stream keeps its logits. A text is "" with a score of −∞ where the scorers forbid all that was found.
 *
 * @throws UnrolledError "invalid-argument" for options out of their range; decoding throws as `ctcBeamSearch` does
 */
export function ctcDecoder(options: CtcDecoderOptions): TextDecoder {
  requireSeconds(CALL, options);
  const { tokens } = options;
  const settings = { ...options, vocabularySize: tokens.length };
  const open = () => new CtcBeamSearch(settings, CALL);
  open();
  const transcript = (search: CtcBeamSearch, logits: ArrayLike<number>) =>
    transcriptOf(search.hypotheses(), ({ tokenIds }) => ctcAlign(logits, tokenIds, settings).spans, options);
  return {
    decode(logits) {
      const search = open();
      search.push(logits);
      return transcript(search, logits);
    },
    stream() {
      const search = open();
      const pushed: Float32Array[] = [];
      return {
        push(logits) {
          search.push(logits);
          pushed.push(Float32Array.from(logits));
        },
        text: () => textOfTokens(search.unfinished()[0]?.tokenIds ?? [], tokens),
        transcript: () => transcript(search, joined(pushed)),
      };
    },
  };
}

/** All chunks as one, which takes their place. */
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
