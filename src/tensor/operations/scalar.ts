import { UnrolledError } from "../../errors.ts";

/** An error unless an operand of an operation is a number, of which NaN is one: kernels would each make another one of anything else. */
export function requireScalar(call: string, argument: string, value: unknown): void {
  if (typeof value === "number") return;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `${argument} is a ${typeof value}, needed a number`,
  });
}
