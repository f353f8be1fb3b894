import { UnrolledError } from "../../errors.ts";
import type { ClassifyRecord } from "./classify-records.ts";

/** @throws UnrolledError "invalid-argument" unless there are two labels at least */
export function requireLabels(records: readonly ClassifyRecord[]): void {
  const labels = new Set(records.flatMap(({ label }) => label));
  if (labels.size >= 2) return;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: `all examples have the label ${JSON.stringify([...labels][0] ?? "")}, needed two at least`,
  });
}
