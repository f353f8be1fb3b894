import { type BytePairEncoding, UNICODE_FORMS, type UnicodeForm } from "./bpe-tokenizer.ts";
import { BYTE_CHARACTERS, bytesOfToken } from "./byte-characters.ts";
import { field, invalidTokenizer, shown } from "./json-fields.ts";
import { GPT2_RULES, KNOWN_PATTERNS } from "./pre-token-patterns.ts";
import type { PreTokenRules } from "./pre-tokens.ts";
import { addedTokensOf, endIdOf, idsOf, mergesOf, tokensById } from "./vocabulary-json.ts";

/**
 * The byte-level byte pair encoding in the parsed content of a `tokenizer.json`: our own, or one of the form that
 * GPT-2, RoBERTa, GPT-4, Llama 3 and Qwen 2 have (`isByteLevelForm`). What is put around a text (post-processor, truncation, padding) is
 * left out: the ids are those of the text alone.
 *
 * @throws UnrolledError "invalid-file" that names the first field that cannot be followed exactly
 */
export function bytePairEncodingFromJSON(json: unknown): BytePairEncoding {
  const model = field(json, "model");
  const normaliser = field(json, "normalizer") ?? null;
  requireOneOf(json, "model.dropout", [null, 0]);
  const rules = preTokenRules(field(json, "pre_tokenizer"));
  const added = addedTokensOf(field(json, "added_tokens") ?? []);
  const idOfToken = idsOf(field(model, "vocab"));
  const ignoreMerges = field(model, "ignore_merges") === true;

  const names = tokensById(idOfToken, added);
  const isAdded = new Set(added.map(({ id }) => id));
  const endId = endIdOf(names, added);
  const spelled = new TextEncoder();
  return {
    bytes: names.map((name, id) => {
      if (id === endId) return new Uint8Array(0);
      return isAdded.has(id) ? spelled.encode(name) : bytesOfToken(name);
    }),
    idOfByte: Int32Array.from(BYTE_CHARACTERS, (character) => {
      const id = idOfToken.get(character);
      if (id === undefined)
        throw invalidTokenizer(`model.vocab has no ${shown(character)}, needed one for each byte`);
      return id;
    }),
    merges: mergesOf(field(model, "merges"), idOfToken),
    rules,
    form: normaliser === null ? null : unicodeFormOf(normaliser),
    whole: ignoreMerges ? wholeTokens(names, isAdded, endId) : new Map(),
    added,
    endId,
    endToken: endId === null ? "" : names[endId],
    toJSON: () => json,
  };
}

/**
 * Whether a file is a byte-level byte pair encoding of the usual form, which is read fast; any other goes through the steps
 * that it lists.
 */
export function isByteLevelForm(json: unknown): boolean {
  const model = field(json, "model");
  const isPlain = (name: string) => (field(model, name) || null) === null;
  const steps = stepsOf(field(json, "pre_tokenizer"));
  const [first, last = first] = steps;
  const isRead =
    field(last, "type") === "ByteLevel" && field(last, "add_prefix_space") !== true && steps.length <= 2;
  const splits = steps.length < 2 || isKnownSplit(first);
  const usesOwn = field(last, "use_regex") !== false;
  const normaliser = field(json, "normalizer") ?? null;
  return (
    isRead &&
    splits &&
    usesOwn === (steps.length === 1) &&
    field(field(json, "decoder"), "type") === "ByteLevel" &&
    isPlain("continuing_subword_prefix") &&
    isPlain("end_of_word_suffix") &&
    (normaliser === null || unicodeFormOf(normaliser) !== null)
  );
}

/** The form of Unicode that a normaliser brings a text into; null for any other. */
function unicodeFormOf(normaliser: unknown): UnicodeForm | null {
  const type = field(normaliser, "type");
  return UNICODE_FORMS.find((form) => form === type) ?? null;
}

function stepsOf(preTokenizer: unknown): readonly unknown[] {
  if (field(preTokenizer, "type") !== "Sequence") return [preTokenizer];
  const steps = field(preTokenizer, "pretokenizers");
  return Array.isArray(steps) ? steps : [];
}

function isKnownSplit(step: unknown): boolean {
  const pattern = field(field(step, "pattern"), "Regex");
  const kept = `${field(step, "behavior")}, ${field(step, "invert") === true}`;
  // Every character is part of a match, so keeping what matches is splitting at it.
  const isKept = kept === "Isolated, false" || kept === "Removed, true";
  return (
    field(step, "type") === "Split" && typeof pattern === "string" && KNOWN_PATTERNS.has(pattern) && isKept
  );
}

function preTokenRules(preTokenizer: unknown): PreTokenRules {
  const [first, last] = stepsOf(preTokenizer);
  const pattern = field(field(first, "pattern"), "Regex");
  return last === undefined ? GPT2_RULES : (KNOWN_PATTERNS.get(String(pattern)) as PreTokenRules);
}

/** Tokens by their text, for vocabularies where a pre-token that is a token needs no merges. */
function wholeTokens(
  names: readonly string[],
  isAdded: ReadonlySet<number>,
  endId: number | null,
): Map<string, number> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const whole = new Map<string, number>();
  for (const [id, name] of names.entries()) {
    if (isAdded.has(id) || id === endId) continue;
    try {
      whole.set(decoder.decode(bytesOfToken(name)), id);
    } catch {
      // Bytes that are no text by themselves are never a whole pre-token.
    }
  }
  return whole;
}

function requireOneOf(json: unknown, path: string, needed: readonly unknown[]): void {
  const came = path.split(".").reduce(field, json) ?? null;
  if (!needed.includes(came))
    throw invalidTokenizer(`${path} is ${shown(came)}, needed ${needed.map(shown).join(" or ")}`);
}
