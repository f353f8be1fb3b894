import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";

/** More than this share of tokens that the vocabulary lacks is another alphabet. */
const MOST_UNKNOWN = 0.5;

/**
 * Ids of texts that a model writes, each with its end, are mostly of its vocabulary.
 *
 * @param what what the texts are called
 * @throws UnrolledError "invalid-argument" for texts most of whose tokens the vocabulary lacks
 */
export function requireKnownTokens(
  texts: readonly Int32Array[],
  { unknownId, kind }: Pick<Tokenizer, "unknownId" | "kind">,
  what: "targets" | "texts",
): void {
  if (unknownId === null) return;
  let [unknown, count] = [0, 0];
  for (const ids of texts) {
    count += ids.length - 1;
    for (const id of ids) if (id === unknownId) unknown += 1;
  }
  if (unknown <= count * MOST_UNKNOWN) return;
  throw new UnrolledError("invalid-argument", {
    call: "measure",
    problem: `${unknown} of ${count} tokens of the ${what} are not in the model's vocabulary (${kind}), needed ${what} like those it has learned from`,
  });
}
