import { UnrolledError } from "../errors.ts";

/** `id` itself if the vocabulary has it. */
export function checkedTokenId(id: number, vocabularySize: number): number {
  if (!Number.isInteger(id) || id < 0 || id >= vocabularySize) {
    throw new UnrolledError("invalid-argument", {
      call: "tokenizer",
      problem: `${id} is no token id, needed an integer from 0 to ${vocabularySize - 1}`,
    });
  }
  return id;
}
