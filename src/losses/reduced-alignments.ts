import { multiply, scaled } from "../tensor/operations/arithmetic.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { AlignmentLossOptions } from "./labels.ts";

/** Losses [B] as a reduction wants them; the mean is of each loss divided by its `share`, where there are shares. */
export function reducedAlignments(
  losses: Tensor,
  { reduction = "mean" }: Pick<AlignmentLossOptions, "reduction">,
  shares?: readonly number[],
): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  const weights = shares?.map((share) => 1 / share);
  return scaled(sum(weights ? multiply(losses, tensor(losses.device, weights)) : losses), 1 / losses.size);
}
