import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";

/**
 * Splits items so that each label has the same share in both parts: of n items with one label, a random `share`·n, rounded, are
 * held out. Both parts keep the order of the items.
 *
 * @throws UnrolledError "invalid-argument" unless share is between 0 and 1
 */
export function stratifiedSplit<Item>(
  items: readonly Item[],
  labelOf: (item: Item) => unknown,
  share: number,
  generator: Generator,
): { readonly training: Item[]; readonly heldOut: Item[] } {
  if (!(share >= 0 && share <= 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "stratifiedSplit",
      subject: "share",
      got: `${share}`,
      needed: "0 to 1",
    });
  }
  const placesByLabel = new Map<unknown, number[]>();
  for (const [place, item] of items.entries()) {
    const label = labelOf(item);
    const places = placesByLabel.get(label);
    if (places) places.push(place);
    else placesByLabel.set(label, [place]);
  }
  const held = new Set<number>();
  for (const places of placesByLabel.values()) {
    const chosen = generator.permutation(places.length).subarray(0, Math.round(share * places.length));
    for (const index of chosen) held.add(places[index]);
  }
  return {
    training: items.filter((_, place) => !held.has(place)),
    heldOut: items.filter((_, place) => held.has(place)),
  };
}
