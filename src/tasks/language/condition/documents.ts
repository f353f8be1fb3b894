import { codePoints } from "../../../data/tokenizers/code-points.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { Condition } from "./condition.ts";
import { type ConditionRow, conditionRow } from "./condition-row.ts";
import type { ConditionedText } from "./conditioned-data.ts";

/** A text as tokens, and what the network reads for its condition. */
export interface ConditionedDocument {
  /** The token that ends documents, those of the text, and the token that ends documents again: one prediction fewer. */
  readonly ids: Int32Array;
  readonly condition: ConditionRow;
  /** Code points of the text. */
  readonly characters: number;
}

/** Texts as documents; a condition that the model cannot have is an error, one that is empty an unknown one. */
export function documentsOf(
  call: string,
  tokenizer: Tokenizer,
  condition: Condition,
  records: readonly ConditionedText[],
): ConditionedDocument[] {
  const end = endOf(call, tokenizer);
  return records.map(({ text, condition: given }) => {
    const tokens = tokenizer.encode(text);
    const ids = new Int32Array(tokens.length + 2).fill(end);
    ids.set(tokens, 1);
    return { ids, condition: conditionRow(call, condition, given)!, characters: codePoints(text) };
  });
}

/** The token that ends documents, and that each begins after. */
export function endOf(call: string, { endId }: Tokenizer): number {
  if (endId !== null) return endId;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: "the tokenizer has no token that ends a text, needed one with a condition",
  });
}

/** What is predicted of a document: its tokens, and its end. */
export function predictionsOf({ ids }: ConditionedDocument): number {
  return ids.length - 1;
}
