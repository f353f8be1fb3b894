// Cells with several tags, such as B-person,B-group: what annotators could not agree on, and any of them is right (WNUT 2017's test part).
import { areSpanTags } from "../../decoding/span-rules.ts";
import { spansOf } from "../../metrics/span-f1.ts";

/** The tags that a cell says, each as right as the others; a cell that is no list of spans' tags is one tag. */
export function alternativesOf(cell: string): readonly string[] {
  if (!cell.includes(",")) return [cell];
  const tags = cell.split(",");
  return areSpanTags(tags) ? tags : [cell];
}

/** The tag that is learned from a cell: the one that stands first. */
export function firstTag(cell: string): string {
  return alternativesOf(cell)[0];
}

/**
 * The types of the spans that cells mark, by "start end". A type's span goes on where any tag of a cell says so; those with the same
 * ends are one span, of any of the types.
 */
export function spansByPlace(cells: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const tags = cells.map(alternativesOf);
  const types = new Set(tags.flat().flatMap((tag) => (tag === "O" ? [] : [tag.slice(2)])));
  const found = new Map<string, string[]>();
  for (const type of types) {
    const own = tags.map((each) => each.find((tag) => tag.slice(2) === type) ?? "O");
    for (const { start, end } of spansOf(own)) {
      const place = `${start} ${end}`;
      found.set(place, [...(found.get(place) ?? []), type]);
    }
  }
  return found;
}
