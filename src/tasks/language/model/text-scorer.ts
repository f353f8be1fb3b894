import { openingOf } from "../../../data/tokenizers/opening.ts";
import type { PrefixScorer } from "../../../decoding/prefix-scorer.ts";
import { nextTokenScorer } from "../../../decoding/scorers/next-token-scorer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { LanguageModel } from "./language-model.ts";
import { TokenReader } from "./token-reader.ts";

/** How much a language model says in a search. */
export interface TextScorerOptions {
  /** The text of each class of the search, [V]; that of the blank is not read. */
  readonly tokens: readonly string[];
  /** How much its logarithms of probabilities count. Default 0.5. */
  readonly weight?: number | undefined;
}

/**
 * A scorer of what a language model expects that was trained here, of characters or bytes: texts begin and end at a line break, where its
 * vocabulary has one. What it has never seen counts as its `<unk>`.
 *
 * @throws UnrolledError "invalid-argument" for a model whose tokens are words or pieces of words, because a character alone is none of
 * them, for one with a condition, and for a weight that is not finite
 */
export function textScorer(model: LanguageModel, { tokens, weight = 0.5 }: TextScorerOptions): PrefixScorer {
  const refuse = (subject: string, got: string, needed: string) =>
    new UnrolledError("invalid-argument", { call: "textScorer", subject, got, needed });
  const { tokenizer, config } = model;
  if (tokenizer.kind !== "char" && tokenizer.kind !== "byte")
    throw refuse("the model's tokenizer", tokenizer.kind, "char or byte");
  if (config.condition)
    throw refuse("the model", "one with a condition", "model.conditionedOn(category), which has none");
  if (!Number.isFinite(weight)) throw refuse("weight", String(weight), "a finite number");
  const opening = openingOf(tokenizer);
  const [first] = opening.ids;
  return nextTokenScorer(new TokenReader(model.session()), {
    ids: tokens.map((text) => Array.from(tokenizer.encode(text))),
    promptIds: Array.from(opening.ids),
    endId: first === tokenizer.unknownId ? undefined : first,
    weight,
  }) as PrefixScorer;
}
