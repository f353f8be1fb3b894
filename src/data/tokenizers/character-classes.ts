// Ideographs, written without spaces, so that each is a word of its own: the unified blocks, their
// extension A, the compatibility block, and planes 2 and 3.
export const HAN_RANGES = `\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF${String.fromCodePoint(0x20000)}-${String.fromCodePoint(0x3fffd)}`;
// What belongs to the character before it: combining marks, and the two joiners of Indic scripts and emoji.
export const MARK_RANGES = "\\p{M}\\u200C\\u200D";

export const SPACE = 1;
/** A line feed or a carriage return. */
export const BREAK = 2;
export const MARK = 3;
export const NUMBER = 4;
/** A letter that is no ideograph. */
export const LETTER = 5;
export const IDEOGRAPH = 6;
export const UNDERSCORE = 7;
/** Punctuation, symbols, and everything else. */
export const OTHER = 8;

const patterns: readonly (readonly [number, RegExp])[] = [
  [BREAK, /[\r\n]/],
  [SPACE, /\p{White_Space}/u],
  [UNDERSCORE, /_/],
  [MARK, new RegExp(`[${MARK_RANGES}]`, "u")],
  [IDEOGRAPH, new RegExp(`(?=[${HAN_RANGES}])\\p{L}`, "u")],
  [NUMBER, /\p{N}/u],
  [LETTER, /\p{L}/u],
  [OTHER, /[\s\S]/u],
];

// Filled in as characters are met: asking the engine's tables for all of them at once would take a tenth of a second.
const classes = new Uint8Array(0x110000);

/** The class of the character at `index` of a text, which must have one there. Half a surrogate pair is `OTHER`. */
export function classAt(text: string, index: number): number {
  const codePoint = text.codePointAt(index) as number;
  return classes[codePoint] || classify(codePoint);
}

/** How many of a text's units the character at `index` takes: 2 for a surrogate pair. */
export function unitsAt(text: string, index: number): number {
  return (text.codePointAt(index) as number) > 0xffff ? 2 : 1;
}

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const found = (patterns.find(([, pattern]) => pattern.test(character)) as readonly [number, RegExp])[0];
  classes[codePoint] = found;
  return found;
}
