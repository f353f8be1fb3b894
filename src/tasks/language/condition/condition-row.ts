import { nearestName } from "../../../data/tables/column.ts";
import { isNumberCell } from "../../../data/tables/number-cell.ts";
import { UnrolledError } from "../../../errors.ts";
import {
  type CategoryCondition,
  type Condition,
  conditionInputs,
  type GivenCondition,
  isOfNumbers,
  type NumberCondition,
} from "./condition.ts";

/** What a network reads for a text's condition at each step: a category's id [1], or N standardised numbers and a 1 behind them [N + 1]. */
export type ConditionRow = Int32Array | Float32Array;

/** An unknown condition, which is learned from texts whose condition is hidden: id 0, or zeros. */
export function unknownRow(condition: Condition): ConditionRow {
  return isOfNumbers(condition) ? new Float32Array(conditionInputs(condition)) : new Int32Array(1);
}

/**
 * What a network reads for a condition; of none, or an empty text, an unknown one; undefined for a model without a condition. Numbers may be
 * a text too, with commas between them.
 *
 * @throws UnrolledError "invalid-argument" for a category that the model has not learned, which names the nearest and all, for numbers that
 * are not as many as the condition has, or not finite, or for a model that has no condition
 */
export function conditionRow(
  call: string,
  condition: Condition | undefined,
  given: GivenCondition | undefined,
): ConditionRow | undefined {
  if (!condition) {
    if (given === undefined) return undefined;
    throw refused(call, given, "none: the model was trained without a condition");
  }
  if (given === undefined || given === "") return unknownRow(condition);
  return isOfNumbers(condition) ? numbersRow(call, condition, given) : categoryRow(call, condition, given);
}

function categoryRow(
  call: string,
  { categories, name }: CategoryCondition,
  given: GivenCondition,
): Int32Array {
  const place = typeof given === "string" ? categories.indexOf(given) : -1;
  if (place >= 0) return Int32Array.of(place + 1);
  const near = typeof given === "string" ? nearestName(given, categories) : undefined;
  throw refused(
    call,
    given,
    `one of ${name}: ${categories.join(", ")}`,
    near === undefined ? {} : { advice: `did you mean ${near}?` },
  );
}

function numbersRow(call: string, { numbers }: NumberCondition, given: GivenCondition): Float32Array {
  const values = typeof given === "string" ? given.split(",").map(numberOf) : given;
  if (!Array.isArray(values) || values.length !== numbers.length || !values.every(Number.isFinite)) {
    const names = numbers.map(({ name }) => name).join(", ");
    throw refused(
      call,
      given,
      numbers.length === 1 ? `a number: ${names}` : `${numbers.length} numbers with commas: ${names}`,
    );
  }
  const scaled = numbers.map(({ mean, deviation }, place) => (values[place] - mean) / deviation);
  return Float32Array.of(...scaled, 1);
}

function numberOf(text: string): number {
  return text.trim() !== "" && isNumberCell(text) ? Number(text) : Number.NaN;
}

function refused(call: string, given: GivenCondition, needed: string, more: object = {}): UnrolledError {
  const got = JSON.stringify(given);
  return new UnrolledError("invalid-argument", {
    call,
    subject: [{ option: "condition" }],
    got,
    needed,
    ...more,
  });
}
