import { UnrolledError } from "../../errors.ts";
import { editDistance } from "../../metrics/edit-distance.ts";

/** Something with named columns. */
export interface Columns {
  /** As errors name it. */
  readonly title: string;
  readonly columns: readonly string[];
}

/**
 * The place of a column by its name.
 *
 * @param option the option that names it, which an error speaks of
 * @throws UnrolledError "invalid-argument" that names the columns there are, and the nearest
 */
export function columnPlace(table: Columns, name: string, option: string): number {
  return placeOfColumn(table, name, { call: "train", subject: [{ option }] });
}

/** As `columnPlace`, where an error speaks of a call and its argument. */
export function placeOfColumn(
  table: Columns,
  name: string,
  asked: { readonly call: string; readonly subject: string | readonly [{ readonly option: string }] },
): number {
  const place = table.columns.indexOf(name);
  if (place >= 0) return place;
  const near = nearestName(name, table.columns);
  throw new UnrolledError("invalid-argument", {
    ...asked,
    got: JSON.stringify(name),
    needed: `a column of ${table.title}: ${table.columns.join(", ")}`,
    ...(near === undefined ? {} : { advice: `did you mean ${near}?` }),
  });
}

/** The name with the fewest letters to change, if these are at most half of them. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const letters = (word: string) => [...word.toLowerCase()];
  const changes = known.map((each) => editDistance(letters(name), letters(each)));
  const at = changes.indexOf(Math.min(...changes));
  const longest = Math.max(name.length, known[at]?.length ?? 0);
  return changes[at] <= Math.max(1, longest / 2) ? known[at] : undefined;
}
