import { isRecord } from "../../options/field-checks.ts";
import type { AddedToken } from "./added-tokens.ts";
import type { BytePairEncoding } from "./bpe-tokenizer.ts";
import { BYTE_CHARACTERS, bytesOfToken } from "./byte-characters.ts";
import { field, invalidTokenizer, shown } from "./json-fields.ts";
import { GPT2_RULES, KNOWN_PATTERNS } from "./pre-token-patterns.ts";
import type { PreTokenRules } from "./pre-tokens.ts";
import { END_TOKEN } from "./tokenizer.ts";

/** No vocabulary is that large; it keeps a wrong id from asking for all memory. */
const LARGEST_ID = 0x7fffff;
/** What files call the token that ends a document, ours first. */
const END_TOKENS = [END_TOKEN, "<|end_of_text|>", "</s>"];

/**
 * The byte-level byte pair encoding in the parsed content of a `tokenizer.json`: our own, or one of the form that
 * GPT-2, RoBERTa, GPT-4, Llama 3 and Qwen 2 have. What is put around a text (post-processor, truncation, padding) is
 * left out: the ids are those of the text alone.
 *
 * @throws UnrolledError "invalid-file" that names the first field that cannot be followed exactly
 */
export function bytePairEncodingFromJSON(json: unknown): BytePairEncoding {
  const model = field(json, "model");
  requireOneOf(json, "normalizer", [null]);
  requireOneOf(json, "decoder.type", ["ByteLevel"]);
  requireOneOf(json, "model.dropout", [null, 0]);
  requireOneOf(json, "model.continuing_subword_prefix", [null, ""]);
  requireOneOf(json, "model.end_of_word_suffix", [null, ""]);
  const rules = preTokenRules(field(json, "pre_tokenizer"));
  const added = addedTokens(field(json, "added_tokens") ?? []);
  const idOfToken = vocabulary(field(model, "vocab"));
  const ignoreMerges = field(model, "ignore_merges") === true;

  const tokens: (string | undefined)[] = [];
  for (const [token, id] of idOfToken) {
    if (tokens[id] !== undefined)
      throw invalidTokenizer(`model.vocab gives both ${shown(tokens[id])} and ${shown(token)} the id ${id}`);
    tokens[id] = token;
  }
  for (const { id, content } of added) tokens[id] = content;
  for (let id = 0; id < tokens.length; id++) {
    if (tokens[id] === undefined)
      throw invalidTokenizer(`model.vocab has no token of id ${id}, but one of id ${tokens.length - 1}`);
  }

  const names = tokens as string[];
  const isAdded = new Set(added.map(({ id }) => id));
  const endToken = END_TOKENS.find(
    (name) => names.includes(name) && (name === END_TOKEN || isAdded.has(names.indexOf(name))),
  );
  const endId = endToken === undefined ? null : names.indexOf(endToken);
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
    merges: merges(field(model, "merges"), idOfToken),
    rules,
    whole: ignoreMerges ? wholeTokens(names, isAdded, endId) : new Map(),
    added,
    endId,
    endToken: endToken ?? "",
    toJSON: () => json,
  };
}

function preTokenRules(preTokenizer: unknown): PreTokenRules {
  const steps =
    field(preTokenizer, "type") === "Sequence" ? field(preTokenizer, "pretokenizers") : [preTokenizer];
  const [first, second, third] = Array.isArray(steps) ? steps : [];
  const last = second ?? first;
  if (field(last, "type") !== "ByteLevel" || third !== undefined)
    throw invalidTokenizer(
      `pre_tokenizer is ${shown(preTokenizer)}, needed ByteLevel, or Split and ByteLevel`,
    );
  if (field(last, "add_prefix_space") === true)
    throw invalidTokenizer("pre_tokenizer.add_prefix_space is true, needed false: text is read in parts");
  const usesOwn = field(last, "use_regex") !== false;
  if (second === undefined) {
    if (usesOwn) return GPT2_RULES;
    throw invalidTokenizer("pre_tokenizer.use_regex is false without a Split, needed true");
  }
  if (usesOwn) throw invalidTokenizer("pre_tokenizer.use_regex is true after a Split, needed false");
  const pattern = field(field(first, "pattern"), "Regex");
  const rules = typeof pattern === "string" ? KNOWN_PATTERNS.get(pattern) : undefined;
  if (field(first, "type") !== "Split" || rules === undefined)
    throw invalidTokenizer(
      `pre_tokenizer splits by ${shown(pattern ?? first)}, needed the regular expression of GPT-2, GPT-4, Llama 3, Qwen 2 or of this library`,
    );
  const kept = `${field(first, "behavior")}, ${field(first, "invert") === true}`;
  // Every character is part of a match, so keeping what matches is splitting at it.
  if (kept !== "Isolated, false" && kept !== "Removed, true")
    throw invalidTokenizer(
      `pre_tokenizer.behavior is ${shown(field(first, "behavior"))}, needed "Isolated" (or "Removed", inverted)`,
    );
  return rules;
}

function addedTokens(list: unknown): AddedToken[] {
  if (!Array.isArray(list)) throw invalidTokenizer(`added_tokens is ${shown(list)}, needed a list`);
  return list.map((entry) => {
    const id = field(entry, "id");
    const content = field(entry, "content");
    if (
      typeof id !== "number" ||
      !Number.isInteger(id) ||
      id < 0 ||
      id > LARGEST_ID ||
      typeof content !== "string" ||
      content === ""
    )
      throw invalidTokenizer(`added_tokens has ${shown(entry)}, needed an id and a content`);
    if (field(entry, "single_word") === true)
      throw invalidTokenizer(`added_tokens has ${shown(content)} with single_word true, needed false`);
    return {
      id,
      content,
      leftStrip: field(entry, "lstrip") === true,
      rightStrip: field(entry, "rstrip") === true,
    };
  });
}

function vocabulary(vocab: unknown): Map<string, number> {
  if (!isRecord(vocab)) throw invalidTokenizer(`model.vocab is ${shown(vocab)}, needed an object of ids`);
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > LARGEST_ID)
      throw invalidTokenizer(`model.vocab gives ${shown(token)} the id ${shown(id)}, needed a small integer`);
    ids.set(token, id);
  }
  return ids;
}

/** "a b" or ["a", "b"] for each merge, as ids of left, right and result. */
function merges(list: unknown, ids: ReadonlyMap<string, number>): Int32Array {
  if (!Array.isArray(list)) throw invalidTokenizer(`model.merges is ${shown(list)}, needed a list`);
  const triples = new Int32Array(3 * list.length);
  for (const [rank, entry] of list.entries()) {
    const [left, right, more] =
      typeof entry === "string" ? entry.split(" ") : Array.isArray(entry) ? entry : [];
    if (typeof left !== "string" || typeof right !== "string" || more !== undefined)
      throw invalidTokenizer(`model.merges[${rank}] is ${shown(entry)}, needed two tokens`);
    for (const [at, token] of [left, right, left + right].entries()) {
      const id = ids.get(token);
      if (id === undefined)
        throw invalidTokenizer(
          `model.merges[${rank}] is ${shown(entry)}, but model.vocab has no ${shown(token)}`,
        );
      triples[3 * rank + at] = id;
    }
  }
  return triples;
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
