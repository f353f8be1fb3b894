import { UnrolledError } from "../../../errors.ts";
import { isRecord } from "../../../options/field-checks.ts";

/**
 * What a language model is told of each text beside its tokens: one of some categories, or some numbers. What is made of it stands behind
 * the token's embedding at every step, so that the state after the token that a text begins after is made of the condition alone.
 */
export type Condition = CategoryCondition | NumberCondition;

/** One of some categories, each with an embedding. */
export interface CategoryCondition {
  /** The column that it was learned from. */
  readonly name: string;
  /** The category of id k + 1 at place k; id 0 is an unknown category. */
  readonly categories: readonly string[];
  /** Numbers per category at the input. */
  readonly size: number;
}

/** Numbers, of which a linear layer makes what stands at the input. */
export interface NumberCondition {
  /** The columns that it was learned from, with commas. */
  readonly name: string;
  readonly numbers: readonly ConditionNumber[];
  /** Numbers that are made of them at the input. */
  readonly size: number;
}

/** One of a condition's numbers. The network reads (value − mean) / deviation. */
export interface ConditionNumber {
  /** Its column. */
  readonly name: string;
  /** Of the texts to learn from. */
  readonly mean: number;
  /** Likewise, above 0. */
  readonly deviation: number;
}

/** What somebody says of a text: a category, or numbers in the order of the condition's; an empty text is an unknown condition. */
export type GivenCondition = string | readonly number[];

/** Whether a condition is one of numbers. */
export function isOfNumbers(condition: Condition): condition is NumberCondition {
  return "numbers" in condition;
}

/** How many ids a condition has, or how many numbers the network reads for it at a step: one more than there are, which tells known from unknown. */
export function conditionInputs(condition: Condition): number {
  return 1 + (isOfNumbers(condition) ? condition.numbers : condition.categories).length;
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
  const { name, categories, numbers, size } = isRecord(condition) ? condition : {};
  if (typeof name !== "string") refuse("name", name, "a text");
  if (!(typeof size === "number" && Number.isInteger(size) && size >= 1))
    refuse("size", size, "a whole number of at least 1");
  if (numbers !== undefined) {
    const areNumbers = Array.isArray(numbers) && numbers.length > 0 && numbers.every(isConditionNumber);
    if (!areNumbers || categories !== undefined)
      refuse(
        "numbers",
        numbers,
        "a name, a mean and a deviation above 0 for each, at least one, and no categories",
      );
    return;
  }
  const isList =
    Array.isArray(categories) &&
    categories.length > 0 &&
    categories.every((each) => typeof each === "string");
  if (!isList || new Set(categories).size < categories.length)
    refuse("categories", categories, "texts, at least one and none twice");
}

function isConditionNumber(each: unknown): boolean {
  const { name, mean, deviation } = isRecord(each) ? each : {};
  return (
    typeof name === "string" &&
    Number.isFinite(mean) &&
    Number.isFinite(deviation) &&
    (deviation as number) > 0
  );
}
