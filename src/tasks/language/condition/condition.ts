import { UnrolledError } from "../../../errors.ts";
import { isRecord } from "../../../options/field-checks.ts";

/**
 * What a language model is told of each text beside its tokens: one of some categories. Its embedding stands behind the token's at every
 * step, so that the state after the token that a text begins after is made of the category alone.
 */
export interface Condition {
  /** The column that it was learned from. */
  readonly name: string;
  /** The category of id k + 1 at place k; id 0 is an unknown category. */
  readonly categories: readonly string[];
  /** Numbers per category at the input. */
  readonly size: number;
}

/** The id of a category that is not known, which is learned from texts whose category is hidden. */
export const UNKNOWN_CONDITION = 0;

/** How many ids a condition has. */
export function conditionIds({ categories }: Condition): number {
  return categories.length + 1;
}

/** Throws an error that says what a condition lacks. */
export function checkCondition(call: string, condition: unknown): asserts condition is Condition {
  const refuse = (field: string, got: unknown, needed: string) => {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: `condition.${field}`,
      got: JSON.stringify(got) ?? "nothing",
      needed,
    });
  };
  const { name, categories, size } = isRecord(condition) ? condition : {};
  if (typeof name !== "string") refuse("name", name, "a text");
  if (!(typeof size === "number" && Number.isInteger(size) && size >= 1))
    refuse("size", size, "a whole number of at least 1");
  const isList =
    Array.isArray(categories) &&
    categories.length > 0 &&
    categories.every((each) => typeof each === "string");
  if (!isList || new Set(categories).size < categories.length)
    refuse("categories", categories, "texts, at least one and none twice");
}
