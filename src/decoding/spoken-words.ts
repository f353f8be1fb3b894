import type { TokenSpan } from "./ctc/best-path.ts";

/** A word and when it was said. */
export interface SpokenWord {
  readonly word: string;
  /** Seconds from the beginning. */
  readonly start: number;
  readonly end: number;
  /** The same in steps of the logits: from `steps.start` on, up to but not with `steps.end`. */
  readonly steps: TokenSpan;
}

/** A text that was recognised. */
export interface Transcript {
  readonly text: string;
  /** ln of its probability, with what the scorers add. */
  readonly score: number;
  readonly words: readonly SpokenWord[];
  /** Other texts, the likeliest first. */
  readonly alternatives: readonly { readonly text: string; readonly score: number }[];
}

/** The text of tokens: without space at its edges, and one space between words. */
export function textOfTokens(tokenIds: ArrayLike<number>, tokens: readonly string[]): string {
  let text = "";
  for (let i = 0; i < tokenIds.length; i++) text += tokens[tokenIds[i]];
  return text.trim().replace(/\s+/g, " ");
}

/** The words of tokens, each from where its first token begins to where its last ends. */
export function spokenWords(
  tokenIds: ArrayLike<number>,
  spans: readonly TokenSpan[],
  tokens: readonly string[],
  secondsPerStep: number,
): SpokenWord[] {
  const words: { word: string; start: number; end: number }[] = [];
  let isOpen = false;
  for (const [place, { start, end }] of spans.entries()) {
    for (const piece of tokens[tokenIds[place]].split(/(\s+)/)) {
      if (piece === "") continue;
      if (piece.trim() === "") isOpen = false;
      else if (isOpen) {
        const last = words[words.length - 1];
        last.word += piece;
        last.end = end;
      } else {
        words.push({ word: piece, start, end });
        isOpen = true;
      }
    }
  }
  return words.map(({ word, start, end }) => ({
    word,
    start: start * secondsPerStep,
    end: end * secondsPerStep,
    steps: { start, end },
  }));
}
