// What can be said of a place in a text by looking at it: what hidden units have been found to follow (Karpathy, Johnson & Fei-Fei,
// "Visualizing and understanding recurrent networks", 2015).

/** One feature of every token of a text: 1 or 0, a count, or any number. */
export interface TextFeature {
  readonly name: string;
  readonly kind: "binary" | "count" | "number";
  /** [T], once the token has been read. */
  readonly values: Float32Array;
}

/** The names of all features, in the order in which they are given. */
const FEATURE_NAMES = [
  "position in line",
  "inside quotes",
  "inside brackets",
  "bracket depth",
  "vowel",
  "consonant",
  "capital",
  "digit",
  "punctuation",
  "white space",
  "line end",
  "word start",
  "indentation",
] as const;

type FeatureName = (typeof FEATURE_NAMES)[number];

const COUNTS: ReadonlySet<FeatureName> = new Set(["position in line", "bracket depth", "indentation"]);

/**
 * The features of each token, given the texts of all tokens ("" for one that completes no character, which is where the token before
 * is). Of a token of several characters its last one counts. Quotes end with a paragraph at the latest.
 */
export function textFeatures(texts: readonly string[]): TextFeature[] {
  const values = FEATURE_NAMES.map(() => new Float32Array(texts.length));
  const place = {
    line: 0,
    indentation: 0,
    depth: 0,
    quoted: false,
    before: "\n",
    now: new Array<number>(values.length).fill(0),
  };
  texts.forEach((text, t) => {
    for (const character of text) read(place, character);
    values.forEach((row, feature) => {
      row[t] = place.now[feature];
    });
  });
  return FEATURE_NAMES.map((name, feature) => ({
    name,
    kind: COUNTS.has(name) ? "count" : "binary",
    values: values[feature],
  }));
}

interface Place {
  line: number;
  /** White space with which the line begins. */
  indentation: number;
  depth: number;
  quoted: boolean;
  before: string;
  now: number[];
}

function read(place: Place, character: string): void {
  const isLineEnd = character === "\n";
  if (isLineEnd && place.before === "\n") place.quoted = false;
  if (character === '"') place.quoted = !place.quoted;
  else if (character === "“") place.quoted = true;
  else if (character === "”") place.quoted = false;
  if ("([{".includes(character)) place.depth += 1;
  else if (")]}".includes(character)) place.depth = Math.max(0, place.depth - 1);
  const isIndented = place.indentation === place.line && /[ \t]/.test(character);
  place.line = isLineEnd ? 0 : place.line + 1;
  if (isLineEnd) place.indentation = 0;
  else if (isIndented) place.indentation += 1;
  const isLetter = /\p{L}/u.test(character);
  const isVowel = isLetter && /^[aeiouy]/i.test(character.normalize("NFD"));
  const facts: Record<FeatureName, number | boolean> = {
    "position in line": place.line,
    "inside quotes": place.quoted,
    "inside brackets": place.depth > 0,
    "bracket depth": place.depth,
    vowel: isVowel,
    consonant: isLetter && !isVowel,
    capital: /\p{Lu}/u.test(character),
    digit: /\p{N}/u.test(character),
    punctuation: /[\p{P}\p{S}]/u.test(character),
    "white space": /\s/.test(character),
    "line end": isLineEnd,
    "word start": isLetter && !/[\p{L}\p{M}'’]/u.test(place.before),
    indentation: place.indentation,
  };
  place.now = FEATURE_NAMES.map((name) => Number(facts[name]));
  place.before = character;
}
