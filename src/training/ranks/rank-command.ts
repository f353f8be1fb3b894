// What rank 0 tells the others while they train. All that decides anything is done by rank 0 alone.
import type { DropoutPlaceState } from "../../module/dropout-place.ts";
import type { OptimiserCounts } from "../../optimisers/optimiser.ts";
import { bytesAt } from "../../parallel/bucket-sums.ts";
import type { Ranks } from "../../parallel/ranks.ts";
import type { BatchPlace } from "../../tasks/task.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Trainer } from "../trainer.ts";

/** What is to be done next. */
export type RankCommand =
  /** Take over weights, and what the optimiser remembers of them, as they come. */
  | { readonly type: "weights"; readonly counts: OptimiserCounts }
  | {
      readonly type: "walk";
      readonly place: BatchPlace;
      readonly dropout: readonly (DropoutPlaceState | null)[];
      readonly training: boolean;
    }
  | { readonly type: "update"; readonly gradientNorm: number; readonly learningRate: number }
  | { readonly type: "forget" }
  /** Send the state that is carried from batch to batch; take over what comes. */
  | { readonly type: "carried" }
  | { readonly type: "carry" }
  | { readonly type: "end" };

/** Has all ranks have the weights of rank 0. */
export function spreadWeights(ranks: Ranks, { model, team, device }: Trainer): void {
  const tensors: readonly Tensor[] = [...model.parameters(), ...team.optimiser.tensors()];
  for (const { offset, size } of tensors) ranks.broadcast(bytesAt(device, offset, size));
  if (ranks.rank > 0) for (const parameter of model.parameters()) parameter.changed();
}

/** The first row of this rank's part of a whole batch. */
export function firstRowOf({ rank }: Ranks, { team }: Trainer): number {
  return team.rows.slice(0, rank * team.threads).reduce((sum, rows) => sum + rows, 0);
}
