import { UnrolledError } from "../errors.ts";

/**
 * Of what a model was asked of.
 *
 * @param isText whether it reads texts, or else numbers, `width` a row
 * @throws UnrolledError "invalid-argument" for a text where it reads numbers, for numbers where it reads texts, and for rows of another width
 */
export function requireKind(
  input: string | readonly string[] | readonly (readonly number[])[],
  { isText, width }: { readonly isText: boolean; readonly width: number },
): void {
  const isRows = typeof input !== "string" && Array.isArray(input[0]);
  const row = isRows ? (input as readonly (readonly number[])[]).find(({ length }) => length !== width) : [];
  if (isText ? !isRows : isRows && row === undefined) return;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    subject: "the input",
    got: !isRows ? "a text" : isText ? "rows of numbers" : `rows of ${row!.length} numbers`,
    needed: isText ? "a text" : `rows of ${width} numbers`,
  });
}
