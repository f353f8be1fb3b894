// Texts that stand there again and again, learned from once: what is learned by heart says nothing of others.
import { log } from "../../random/log.ts";
import type { ReadRecord } from "./classify-records.ts";

/** Records without those whose text and label came before. */
export function learnedOnce(records: readonly ReadRecord[]): readonly ReadRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    if (!("text" in record)) return true;
    const key = JSON.stringify([record.text, record.label]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * What the logits have to be shifted by while it is learned from examples of which there are `learned` of each class, so that without it they
 * hold where there are `there` (Menon et al. 2021, "Long-tail learning via logit adjustment").
 */
export function logitShift(learned: readonly number[], there: readonly number[]): number[] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const [all, whole] = [total(learned), total(there)];
  return learned.map((count, label) => (count > 0 ? log(count / all) - log(there[label] / whole) : 0));
}
