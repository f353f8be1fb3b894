import type { Ranks } from "../../parallel/ranks.ts";
import type { JoinedRanks } from "../open-trainer.ts";
import { followTraining } from "./follow.ts";
import { leading } from "./leading-trainer.ts";

/** What the processes that this one has joined do together when they train. */
export function joined(ranks: Ranks): JoinedRanks {
  const { rank, size } = ranks;
  return { rank, size, open: leading(ranks), follow: (asked) => followTraining(asked, ranks) };
}
