import { nearestName } from "../../../data/tables/column.ts";
import { UnrolledError } from "../../../errors.ts";
import { type Condition, UNKNOWN_CONDITION } from "./condition.ts";

/**
 * The id of a category; of none, that of an unknown one; undefined for a model without a condition.
 *
 * @throws UnrolledError "invalid-argument" for a category that the model has not learned, which names the nearest and all, or for a model
 * that has no condition
 */
export function conditionId(
  call: string,
  condition: Condition | undefined,
  category: string | undefined,
): number | undefined {
  if (!condition) {
    if (category === undefined) return undefined;
    throw new UnrolledError("invalid-argument", {
      call,
      subject: [{ option: "condition" }],
      got: JSON.stringify(category),
      needed: "none: the model was trained without a condition",
    });
  }
  if (category === undefined) return UNKNOWN_CONDITION;
  const { categories, name } = condition;
  const place = categories.indexOf(category);
  if (place >= 0) return place + 1;
  const near = nearestName(category, categories);
  throw new UnrolledError("invalid-argument", {
    call,
    subject: [{ option: "condition" }],
    got: JSON.stringify(category),
    needed: `one of ${name}: ${categories.join(", ")}`,
    ...(near === undefined ? {} : { advice: `did you mean ${near}?` }),
  });
}
