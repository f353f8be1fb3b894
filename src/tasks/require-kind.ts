import { UnrolledError } from "../errors.ts";

/**
 * Of what a model was asked of.
 *
 * @param isText whether it reads texts, or else numbers, `width` a row
 * @param hears whether it reads sound as well
 * @throws UnrolledError "invalid-argument" for a text where it reads numbers, for numbers where it reads texts, for rows of another width, and
 * for whatever else
 */
export function requireKind(
  input: unknown,
  {
    isText,
    width,
    hears = false,
  }: { readonly isText: boolean; readonly width: number; readonly hears?: boolean },
): void {
  const isWords = typeof input === "string" || (Array.isArray(input) && typeof input[0] === "string");
  const isRows = Array.isArray(input) && Array.isArray(input[0]);
  const row = isRows ? (input as readonly (readonly number[])[]).find(({ length }) => length !== width) : [];
  if (isText ? isWords || isEmpty(input) : isRows && row === undefined) return;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    subject: "the input",
    got: isWords
      ? "a text"
      : !isRows
        ? nameOf(input)
        : isText
          ? "rows of numbers"
          : `rows of ${row!.length} numbers`,
    needed: isText
      ? "a text"
      : `${hears ? "a sound { sampleRateHz, channels }, or " : ""}rows of ${width} numbers`,
  });
}

/** A sentence without a word. */
function isEmpty(input: unknown): boolean {
  return Array.isArray(input) && input.length === 0;
}

function nameOf(input: unknown): string {
  if (isEmpty(input)) return "empty";
  if (Array.isArray(input)) return `a list whose first entry is ${nameOf(input[0])}`;
  return typeof input === "object" && input !== null ? "an object" : String(input);
}
