// Vocabularies and added tokens as a `tokenizer.json` lists them, checked.
import { isRecord } from "../../options/field-checks.ts";
import type { AddedToken } from "./added-tokens.ts";
import { field, invalidTokenizer, shown } from "./json-fields.ts";
import { END_TOKEN } from "./tokenizer.ts";

/** No vocabulary is that large; it keeps a wrong id from asking for all memory. */
const LARGEST_ID = 0x7fffff;
/** What files call the token that ends a document, ours first. */
const END_TOKENS = [END_TOKEN, "<|end_of_text|>", "</s>"];

/** The added tokens of a file. */
export function addedTokensOf(list: unknown): AddedToken[] {
  if (!Array.isArray(list)) throw invalidTokenizer(`added_tokens is ${shown(list)}, needed a list`);
  return list.map((entry) => {
    const id = field(entry, "id");
    const content = field(entry, "content");
    if (!isId(id) || typeof content !== "string" || content === "")
      throw invalidTokenizer(`added_tokens has ${shown(entry)}, needed an id and a content`);
    if (field(entry, "single_word") === true)
      throw invalidTokenizer(`added_tokens has ${shown(content)} with single_word true, needed false`);
    return {
      id,
      content,
      leftStrip: field(entry, "lstrip") === true,
      rightStrip: field(entry, "rstrip") === true,
      normalized: field(entry, "normalized") === true,
    };
  });
}

/** Ids by token. */
export function idsOf(vocab: unknown): Map<string, number> {
  if (!isRecord(vocab)) throw invalidTokenizer(`model.vocab is ${shown(vocab)}, needed an object of ids`);
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (!isId(id))
      throw invalidTokenizer(`model.vocab gives ${shown(token)} the id ${shown(id)}, needed a small integer`);
    ids.set(token, id);
  }
  return ids;
}

/** Tokens by id, those that are added among them; every id from 0 on has one. */
export function tokensById(
  idOfToken: Iterable<readonly [token: string, id: number]>,
  added: readonly AddedToken[],
): string[] {
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
  return tokens as string[];
}

/** The id of the token that ends a document: our own, or one of those that other files add. */
export function endIdOf(tokens: readonly string[], added: readonly AddedToken[]): number | null {
  const isAdded = new Set(added.map(({ id }) => id));
  const name = END_TOKENS.find(
    (each) => tokens.includes(each) && (each === END_TOKEN || isAdded.has(tokens.indexOf(each))),
  );
  return name === undefined ? null : tokens.indexOf(name);
}

/** Left, right and result of each merge ("a b" or ["a", "b"]) as ids; `prefix` is what a right half loses when it is joined. */
export function mergesOf(list: unknown, ids: ReadonlyMap<string, number>, prefix = ""): Int32Array {
  if (!Array.isArray(list)) throw invalidTokenizer(`model.merges is ${shown(list)}, needed a list`);
  const triples = new Int32Array(3 * list.length);
  for (const [rank, entry] of list.entries()) {
    const [left, right, more] =
      typeof entry === "string" ? entry.split(" ") : Array.isArray(entry) ? entry : [];
    if (typeof left !== "string" || typeof right !== "string" || more !== undefined)
      throw invalidTokenizer(`model.merges[${rank}] is ${shown(entry)}, needed two tokens`);
    for (const [at, token] of [left, right, left + right.slice(prefix.length)].entries()) {
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

function isId(id: unknown): id is number {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;
}
