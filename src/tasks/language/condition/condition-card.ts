import { type Condition, type GivenCondition, isOfNumbers } from "./condition.ts";
import { numbersText, rounded } from "./condition-of-texts.ts";

/** What a model's card says of its condition. */
export interface ConditionCard {
  /** What a text can be written for, in words. */
  readonly said: string;
  /** An example: the first category, or the means of numbers. */
  readonly example: GivenCondition;
}

export function conditionCard(condition: Condition): ConditionCard {
  if (!isOfNumbers(condition)) {
    const { name, categories } = condition;
    return { said: `${name}: ${categories.join(", ")}`, example: categories[0] };
  }
  return {
    said: numbersText(condition),
    example: condition.numbers.map(({ mean }) => Number(rounded(mean))),
  };
}
