import { UnrolledError } from "../errors.ts";

/** Throws unless `value` is an integer of at least `least`. */
export function requireInteger(call: string, argument: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: argument,
      got: `${value}`,
      needed: `an integer of at least ${least}`,
    });
  }
}

/** Throws unless `id` is a token of a vocabulary of V. */
export function requireTokenId(call: string, argument: string, id: number, vocabularySize: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= vocabularySize) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `${argument} has ${id}, needed token ids from 0 to ${vocabularySize - 1}`,
    });
  }
}
