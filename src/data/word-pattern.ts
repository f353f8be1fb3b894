// Ideographs, written without spaces, so that each is a token of its own: the unified blocks, their
// extension A, the compatibility block, and planes 2 and 3.
const HAN = `\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF${String.fromCodePoint(0x20000)}-${String.fromCodePoint(0x3fffd)}`;
// What belongs to the character before it: combining marks, and the two joiners of Indic scripts and emoji.
const MARKS = "\\p{M}\\u200C\\u200D";
const LETTER = `(?![${HAN}])[\\p{L}\\p{N}_${MARKS}]`;

/**
 * The words of a text, as one regular expression that reads the same in JavaScript (flag u) and in the
 * Oniguruma of Hugging Face's tokenizers. A token is, in this order: a line break; a run of letters, marks,
 * digits and underscores, with apostrophes inside ("don't"); an ideograph; any other character that is not
 * white space. The last two keep their marks. White space between tokens is lost.
 *
 * Only runs of letters are longer than one character and its marks, so no token begins with two characters
 * "##", and WordPiece finds a word whole or not at all.
 */
export const WORD_PATTERN =
  `\\n|(?:${LETTER})+(?:['\\u2019](?:${LETTER})+)*` +
  `|[^\\p{White_Space}\\p{L}\\p{N}_${MARKS}][${MARKS}]*|[${HAN}][${MARKS}]*`;

const wholeWord = new RegExp(`^(?:${WORD_PATTERN})$`, "u");

/** Whether `token` is one that `WORD_PATTERN` can find in some text. */
export function isWord(token: string): boolean {
  return wholeWord.test(token);
}

/** Calls `visit` with every word of `text` in order. */
export function forEachWord(text: string, visit: (word: string) => void): void {
  const pattern = new RegExp(WORD_PATTERN, "gu");
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) visit(match[0]);
}
