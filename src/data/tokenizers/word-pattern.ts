import {
  BREAK,
  classAt,
  HAN_RANGES,
  LETTER,
  MARK,
  MARK_RANGES,
  NUMBER,
  SPACE,
  UNDERSCORE,
  unitsAt,
} from "./character-classes.ts";
import { lastCharacterCut } from "./character-cut.ts";

const WORD_CHARACTER = `(?![${HAN_RANGES}])[\\p{L}\\p{N}_${MARK_RANGES}]`;

/**
 * The words of a text, as one regular expression that reads the same in JavaScript (flag u) and in the
 * Oniguruma of Hugging Face's tokenizers. A token is, in this order: a line break; a run of letters, marks,
 * digits and underscores, with apostrophes inside ("don't"); an ideograph; any other character that is not
 * white space. The last two keep their marks. White space between tokens is lost. So "3.14" and "1,000" are
 * three tokens each: numbers are too many for a vocabulary, their parts are not.
 *
 * Only runs of letters are longer than one character and its marks, so no token begins with two characters
 * "##", and WordPiece finds a word whole or not at all.
 */
export const WORD_PATTERN =
  `\\n|(?:${WORD_CHARACTER})+(?:['\\u2019](?:${WORD_CHARACTER})+)*` +
  `|[^\\p{White_Space}\\p{L}\\p{N}_${MARK_RANGES}][${MARK_RANGES}]*|[${HAN_RANGES}][${MARK_RANGES}]*`;

/** Whether `token` is one that `WORD_PATTERN` can find in some text. */
export function isWord(token: string): boolean {
  return token !== "" && !isBlank(token, 0) && wordEnd(token, 0) === token.length;
}

/**
 * Calls `visit` with every word of `text` in order: the matches of `WORD_PATTERN`, read by hand, because engines
 * keep every character of a run to come back to and overflow where a run has millions.
 */
export function forEachWord(text: string, visit: (word: string) => void): void {
  for (let index = 0; index < text.length; ) {
    if (isBlank(text, index)) {
      index += 1;
      continue;
    }
    const end = wordEnd(text, index);
    visit(text.slice(index, end));
    index = end;
  }
}

/** The largest index at which a text that goes on after its end can be cut without changing its words. */
export function lastWordCut(text: string): number {
  const limit = lastCharacterCut(text);
  // No word contains white space, so behind the last of it a word begins whatever stands before.
  let cut = limit;
  while (cut > 0 && !isSpaceUnit(text, cut - 1)) cut -= 1;
  while (cut < limit) {
    const end = wordEnd(text, cut);
    const joins = isApostrophe(text, end) && end + 1 === limit && isRun(classAt(text, cut));
    if (end >= limit || joins) break;
    cut = end;
  }
  return cut;
}

function wordEnd(text: string, start: number): number {
  const first = classAt(text, start);
  let end = start + unitsAt(text, start);
  if (first === BREAK) return end;
  if (!isRun(first)) {
    while (end < text.length && classAt(text, end) === MARK) end += unitsAt(text, end);
    return end;
  }
  for (;;) {
    while (end < text.length && isRun(classAt(text, end))) end += unitsAt(text, end);
    const inside = isApostrophe(text, end) && end + 1 < text.length && isRun(classAt(text, end + 1));
    if (!inside) return end;
    end += 1;
  }
}

/** White space that is no token: all but the line feed. */
function isBlank(text: string, index: number): boolean {
  return isSpaceUnit(text, index) && text.charCodeAt(index) !== 0x0a;
}

function isSpaceUnit(text: string, index: number): boolean {
  const found = classAt(text, index);
  return found === SPACE || found === BREAK;
}

function isApostrophe(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit === 0x27 || unit === 0x2019;
}

function isRun(found: number): boolean {
  return found === LETTER || found === MARK || found === NUMBER || found === UNDERSCORE;
}
