import { UnrolledError } from "../../errors.ts";

/** What examples are called, and the most tokens that one of them may have. */
export interface OfLength {
  readonly units: "pairs" | "texts";
  readonly maxLength: number;
}

/**
 * The examples that can be learned from, and what there is to say of those that cannot.
 *
 * @throws UnrolledError "invalid-argument" where none is left
 */
export function examplesOfLength<Example>(
  all: readonly Example[],
  fits: (example: Example) => boolean,
  { units, maxLength }: OfLength,
): { readonly kept: readonly Example[]; readonly leftOut: number; readonly notes: readonly string[] } {
  const kept = all.filter(fits);
  const leftOut = all.length - kept.length;
  if (kept.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `none of the ${all.length} ${units} has 1 to ${maxLength} tokens${units === "pairs" ? " on both sides" : ""}`,
    });
  if (leftOut === 0) return { kept, leftOut, notes: [] };
  const note = `${leftOut} of ${all.length} ${units} are empty or have more than ${maxLength} tokens (maxLength), and are not learned from`;
  return { kept, leftOut, notes: [note] };
}
