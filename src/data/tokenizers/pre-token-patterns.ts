import type { PreTokenRules } from "./pre-tokens.ts";

const SPACE = "\\p{White_Space}";
const BREAKS = `${SPACE}*[\\r\\n]+|${SPACE}+(?!\\P{White_Space})|${SPACE}+`;

/**
 * How this library splits texts: as GPT-4 and Llama 3 do, except that combining marks and the joiners stay with the
 * letter before them, so that words of Devanagari, Thai, Arabic with vowel signs or decomposed accents stay whole,
 * and that contractions need no rule of their own: the apostrophe goes with the letters after it ("don", "'t").
 */
export const OWN_RULES: PreTokenRules = {
  contractions: "none",
  prefix: "any",
  marks: true,
  digits: 3,
  spacedNumbers: false,
  breaks: true,
};

/** `OWN_RULES` as one regular expression that reads the same in JavaScript (flag u) and in Oniguruma. */
export const OWN_PATTERN =
  `[^\\r\\n\\p{L}\\p{N}]?\\p{L}[\\p{L}\\p{M}\\u200C\\u200D]*|\\p{N}{1,3}` +
  `| ?[^${SPACE}\\p{L}\\p{N}]+[\\r\\n]*|${BREAKS}`;

/** GPT-2's, which Hugging Face's `ByteLevel` has built in. */
export const GPT2_RULES: PreTokenRules = {
  contractions: "lower case",
  prefix: "space",
  marks: false,
  digits: Number.POSITIVE_INFINITY,
  spacedNumbers: true,
  breaks: false,
};

const GPT4_RULES: PreTokenRules = {
  contractions: "any case",
  prefix: "any",
  marks: false,
  digits: 3,
  spacedNumbers: false,
  breaks: true,
};

const gpt4Pattern = (digits: string) =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}` +
  `| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** The rules that the regular expressions of files in use mean, by their text. */
export const KNOWN_PATTERNS: ReadonlyMap<string, PreTokenRules> = new Map([
  [OWN_PATTERN, OWN_RULES],
  ["'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", GPT2_RULES],
  // GPT-4 and Llama 3; then Qwen 2, where every digit stands by itself.
  [gpt4Pattern("{1,3}"), GPT4_RULES],
  [gpt4Pattern(""), { ...GPT4_RULES, digits: 1 }],
]);
