import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import { type Example, isNumbers } from "./example.ts";

/**
 * Examples are what a caller gave them as: each has inputs, and targets where the first has them.
 *
 * @throws UnrolledError "invalid-argument" that names the first one which is not so
 */
export function requireExamples(call: string, name: string, given: unknown): readonly Example[] {
  const refuse = (problem: string): never => {
    throw new UnrolledError("invalid-argument", { call, problem });
  };
  if (!Array.isArray(given)) return refuse(`${name} is ${said(given)}, needed a list of { inputs, targets }`);
  if (given.length === 0) refuse(`${name} has no examples, needed a list of { inputs, targets }`);
  for (const [index, example] of given.entries()) {
    if (!isRecord(example))
      refuse(`example ${index} of ${name} is ${said(example)}, needed { inputs, targets }`);
    for (const side of ["inputs", "targets"] as const) {
      const part = example[side];
      if (part === undefined) {
        if (side === "inputs" || given[0].targets !== undefined)
          refuse(`example ${index} of ${name} has no ${side}`);
      } else if (!isNumbers(part) && !(isRecord(part) && Object.values(part).every(isNumbers)))
        refuse(
          `${side} of example ${index} of ${name} are ${said(part)}, needed a number, nested arrays of numbers, or several of these by name`,
        );
    }
  }
  return given;
}

/** What came, in words. */
export function said(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const { constructor: made } = value;
  return typeof made !== "function" || made === Object ? "an object" : `a ${made.name}`;
}
