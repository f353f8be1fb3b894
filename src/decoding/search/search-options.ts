import { UnrolledError } from "../../errors.ts";
import { requireInteger, requireTokenId } from "../arguments.ts";
import type { ScoreOptions } from "./score-rule.ts";

/** What every way of searching takes. */
export interface SearchOptions extends ScoreOptions {
  /** The token that ends a target. Without one, targets end at `maxLength`. */
  readonly endId?: number | undefined;
  /** How many tokens a target may have, the end token not counted: one number, or one for each sentence [B]. */
  readonly maxLength: number | ArrayLike<number>;
  /** How many it must have before the end token may follow. Default 0. */
  readonly minLength?: number | undefined;
  /** n: no n tokens follow one another twice in a target; 0 (the default) allows it. A forced prefix may repeat itself. */
  readonly noRepeatNgram?: number | undefined;
  /** Tokens that are never chosen, such as the unknown token. A forced prefix may have them. Default none. */
  readonly forbiddenIds?: readonly number[] | undefined;
  /** The tokens that each sentence's target begins with [B], however unlikely they are; they count in its score. Default none. */
  readonly prefixes?: readonly ArrayLike<number>[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws `invalid-argument` for what cannot be an option, or does not fit B sentences and V tokens. */
export function checkSearchOptions(call: string, options: SearchOptions, B: number, V: number): void {
  const { endId, maxLength, minLength = 0, noRepeatNgram = 0, forbiddenIds = [], prefixes } = options;
  if (endId !== undefined) requireTokenId(call, "endId", endId, V);
  for (const id of forbiddenIds) requireTokenId(call, "forbiddenIds", id, V);
  if (endId !== undefined && forbiddenIds.includes(endId))
    refuse(
      call,
      `forbiddenIds has the end token ${endId}; targets that are to end at maxLength need no endId`,
    );
  requireInteger(call, "minLength", minLength, 0);
  requireInteger(call, "noRepeatNgram", noRepeatNgram, 0);
  for (const name of ["lengthPenalty", "coveragePenalty"] as const) {
    const value = options[name] ?? 0;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new UnrolledError("invalid-argument", {
        call,
        subject: name,
        got: `${value}`,
        needed: "a number of at least 0",
      });
  }
  if (options.lengthForm !== undefined && !["wu", "length"].includes(options.lengthForm))
    refuse(call, `lengthForm is ${JSON.stringify(options.lengthForm)}, needed "wu" or "length"`);
  requireCount(call, "maxLength", maxLength, B);
  if (prefixes) requireCount(call, "prefixes", prefixes, B);
  for (let b = 0; b < B; b++) {
    const most = mostTokens(options, b);
    requireInteger(call, "maxLength", most, 1);
    if (most < minLength)
      throw new UnrolledError("invalid-argument", {
        call,
        subject: [{ option: "minLength" }],
        got: `${minLength}`,
        needed: ["at most ", { option: "maxLength" }, `, ${most}`],
      });
    const prefix = prefixes?.[b] ?? [];
    if (prefix.length > most)
      refuse(
        call,
        `the prefix of sentence ${b} has ${prefix.length} tokens, more than the maxLength ${most}`,
      );
    for (let at = 0; at < prefix.length; at++) {
      requireTokenId(call, "prefixes", prefix[at], V);
      if (prefix[at] === endId) refuse(call, `the prefix of sentence ${b} has the end token ${endId}`);
    }
  }
}

/** The most tokens of a sentence's target. */
export function mostTokens({ maxLength }: SearchOptions, sentence: number): number {
  return typeof maxLength === "number" ? maxLength : maxLength[sentence];
}

function requireCount(call: string, name: string, given: number | ArrayLike<unknown>, B: number): void {
  if (typeof given === "number" || given.length === B) return;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `${given.length} entries of ${name} came for ${B} sentences`,
  });
}

function refuse(call: string, problem: string): never {
  throw new UnrolledError("invalid-argument", { call, problem });
}
