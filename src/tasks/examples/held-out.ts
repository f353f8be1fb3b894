import { stratifiedSplit } from "../../data/stratified-split.ts";
import { UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";

/** Place of this split among a seed's streams of random numbers. */
const SPLIT = 7;

/** By what records are held out: nothing leaks from a group, and each label has its share. */
export interface HeldOutBy<Record> {
  readonly share: number;
  readonly seed: number;
  /** Records of one group stay together; undefined: each is a group of its own. */
  groupOf?(record: Record): string | undefined;
  labelOf?(record: Record): unknown;
  /** Labels that have to stay in the training part too, where whole groups are held out. */
  labelsOf?(record: Record): readonly unknown[];
  /** Records of no group that are the same in this stay together too: equal texts. */
  sameOf?(record: Record): string | undefined;
}

/**
 * Records to learn from and those that are held out, the same ones for the same seed. Where there are groups, whole groups are held
 * out, at least one, and none that is the last with one of its labels; otherwise each label has the same share in both parts, or where
 * labels have too few examples for that, the same holds for single examples.
 *
 * @throws UnrolledError "invalid-argument" where all would be held out, or nothing, although a share is to be
 */
export function heldOut<Record>(
  records: readonly Record[],
  { share, seed, groupOf, labelOf = () => "", labelsOf, sameOf }: HeldOutBy<Record>,
): { readonly training: readonly Record[]; readonly heldOut: readonly Record[] } {
  if (share === 0) return { training: records, heldOut: [] };
  const generator = new Generator(seed).fork(SPLIT);
  const groups = new Map<string, Record[]>();
  let isGrouped = false;
  for (const [place, record] of records.entries()) {
    const group = groupOf?.(record);
    if (group !== undefined) isGrouped = true;
    const key = group ?? `\0${sameOf?.(record) ?? place}`;
    const members = groups.get(key);
    if (members) members.push(record);
    else groups.set(key, [record]);
  }
  const all = [...groups.values()];
  const byLabel = isGrouped ? undefined : stratifiedSplit(all, ([first]) => labelOf(first), share, generator);
  const parts =
    byLabel && byLabel.heldOut.length > 0 ? byLabel : wholeGroups(all, share, labelsOf, generator);
  const [training, held] = [parts.training.flat(), parts.heldOut.flat()];
  if (training.length > 0 && held.length > 0) return { training, heldOut: held };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "valFraction" }],
    got: String(share),
    needed: `a share that leaves ${isGrouped ? "groups" : "examples"} in both parts: there ${groups.size === 1 ? "is" : "are"} ${groups.size}`,
    ...(share < 1 && groups.size > 1
      ? { advice: `each ${isGrouped ? "group" : "example"} has a label that no other one has` }
      : {}),
  });
}

/** A share of the groups, in a random order, but for those that are the last with one of their labels. */
function wholeGroups<Record>(
  groups: readonly Record[][],
  share: number,
  labelsOf: HeldOutBy<Record>["labelsOf"],
  generator: Generator,
): { readonly training: readonly Record[][]; readonly heldOut: readonly Record[][] } {
  const labels = groups.map((group) => new Set(labelsOf ? group.flatMap(labelsOf) : []));
  const left = new Map<unknown, number>();
  for (const own of labels) for (const label of own) left.set(label, (left.get(label) ?? 0) + 1);
  const count = Math.max(1, Math.round(share * groups.length));
  const held = new Set<number>();
  for (const place of generator.permutation(groups.length)) {
    if (held.size === count) break;
    const own = [...labels[place]];
    if (own.some((label) => left.get(label) === 1)) continue;
    for (const label of own) left.set(label, left.get(label)! - 1);
    held.add(place);
  }
  return {
    training: groups.filter((_, place) => !held.has(place)),
    heldOut: groups.filter((_, place) => held.has(place)),
  };
}
