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
  /** Records of no group that are the same in this stay together too: equal texts. */
  sameOf?(record: Record): string | undefined;
}

/**
 * Records to learn from and those that are held out, the same ones for the same seed. Where there are groups, whole groups are held
 * out; otherwise each label has the same share in both parts.
 *
 * @throws UnrolledError "invalid-argument" where all would be held out, or nothing, although a share is to be
 */
export function heldOut<Record>(
  records: readonly Record[],
  { share, seed, groupOf, labelOf = () => "", sameOf }: HeldOutBy<Record>,
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
  const parts = stratifiedSplit(
    [...groups.values()],
    ([first]) => (isGrouped ? "" : labelOf(first)),
    share,
    generator,
  );
  const [training, held] = [parts.training.flat(), parts.heldOut.flat()];
  if (training.length > 0 && held.length > 0) return { training, heldOut: held };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "valFraction" }],
    got: String(share),
    needed: `a share that leaves ${isGrouped ? "groups" : "examples"} in both parts: there ${groups.size === 1 ? "is" : "are"} ${groups.size}`,
  });
}
