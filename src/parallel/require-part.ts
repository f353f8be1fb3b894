import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import type { Part } from "./replica.ts";

/** @throws UnrolledError "invalid-argument" for a part whose rows or weight are none */
export function requirePart(call: string, { rows, weight = 1 }: Part<unknown>): void {
  requireSize(call, "rows of a part", rows);
  if (weight > 0 && Number.isFinite(weight)) return;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `weight of a part is ${weight}, needed above 0`,
  });
}
