import { UnrolledError } from "../errors.ts";

/** A row of token ids that need not be in memory. Reading is synchronous and changes nothing. */
export interface Tokens {
  /** N: how many there are. */
  readonly length: number;
  /** Writes the tokens from `start` on into all of `target`. */
  read(start: number, target: Int32Array): void;
}

/** Tokens in memory, not copied, or those that are `Tokens` already. */
export function tokensOf(ids: Int32Array | Tokens): Tokens {
  if (!(ids instanceof Int32Array)) return ids;
  return {
    length: ids.length,
    read(start, target) {
      requireInside(start, target.length, ids.length);
      target.set(ids.subarray(start, start + target.length));
    },
  };
}

/**
 * Throws unless tokens start … start + count − 1 are among N = `length`.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function requireInside(start: number, count: number, length: number): void {
  if (!Number.isInteger(start) || start < 0 || start + count > length) {
    throw new UnrolledError("invalid-argument", {
      call: "read",
      problem: `${count} tokens from ${start} on were asked for, but there are ${length}`,
    });
  }
}
