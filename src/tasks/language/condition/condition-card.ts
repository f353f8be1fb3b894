import { type Condition, type GivenCondition, isOfNumbers } from "./condition.ts";
import { rounded } from "./condition-of-texts.ts";

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
  const numbers = condition.numbers.map(
    ({ name, mean, deviation }) => `${name} (${rounded(mean)} ± ${rounded(deviation)})`,
  );
  return {
    said: `numbers: ${numbers.join(", ")}`,
    example: condition.numbers.map(({ mean }) => Number(rounded(mean))),
  };
}
