import { UnrolledError } from "../errors.ts";

/** Throws unless `value` is an integer of at least `least`; `what` names the call and the argument. */
export function requireInteger(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UnrolledError(
      "invalid-argument",
      `${what} is ${value}, needed an integer of at least ${least}`,
    );
  }
}

/** Throws unless `id` is a token of a vocabulary of V. */
export function requireTokenId(what: string, id: number, vocabularySize: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= vocabularySize) {
    const needed = `needed token ids from 0 to ${vocabularySize - 1}`;
    throw new UnrolledError("invalid-argument", `${what} has ${id}, ${needed}`);
  }
}
