import { UnrolledError } from "../errors.ts";
import { shapeText } from "../tensor/tensor.ts";
import type { Replica } from "./replica.ts";

/** What must be the same of a replica on all threads, a line each: parameters with their shapes, dropout, what is carried. */
export function describeReplica({ model, carried }: Replica<never>): string[] {
  const frozen = new Set(model.parameters().filter((parameter) => parameter.frozen));
  return [
    ...[...model.namedParameters()].map(
      ([name, parameter]) =>
        `${frozen.has(parameter) ? "frozen " : ""}parameter ${name} ${shapeText(parameter.shape)}`,
    ),
    ...[...model.dropoutPlaces().keys()].map((name) => `dropout ${name}`),
    ...Object.keys(carried ?? {}).map((name) => `carried ${name}`),
  ];
}

/** @throws UnrolledError "invalid-argument" that names the first difference. */
export function requireSameReplica(first: readonly string[], other: readonly string[]): void {
  for (let line = 0; line < Math.max(first.length, other.length); line++) {
    if (first[line] === other[line]) continue;
    throw new UnrolledError("invalid-argument", {
      call: "team",
      problem: `the replica must be the same each time it is made, but where one has ${first[line] ?? "nothing more"} another has ${other[line] ?? "nothing more"}`,
    });
  }
}
