import { UnrolledError } from "../errors.ts";
import { type Parameter, requireSize } from "../module/module.ts";
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

/** @throws UnrolledError "invalid-argument" for parts that cannot be walked over, or parameters frozen otherwise than at first */
export function requireWalkable(
  parts: readonly (Part<unknown> | null)[],
  threads: number,
  parameters: readonly Parameter[],
  frozenAtFirst: readonly boolean[],
): void {
  const refuse = (problem: string) => {
    throw new UnrolledError("invalid-argument", { call: "walk", problem });
  };
  if (parts.length !== threads) refuse(`there are ${parts.length} parts for ${threads} threads`);
  for (const part of parts.filter((part) => part !== null)) requirePart("walk", part);
  if (parameters.some(({ frozen }, index) => frozen !== frozenAtFirst[index]))
    refuse("parameters were frozen or thawed after the team was opened");
  // Its masks are counted there, and other threads told.
  if (!parts[0]) refuse("the first part is null, needed rows");
}
