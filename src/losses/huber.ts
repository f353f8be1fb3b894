// d = prediction − target;  loss = d²/2 where |d| ≤ δ, and δ(|d| − δ/2) beyond (Huber 1964).
import { UnrolledError } from "../errors.ts";
import { add, minimum, scaled, subtract } from "../tensor/operations/arithmetic.ts";
import { abs, square } from "../tensor/operations/functions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { type LossOptions, reduceLosses } from "./reduce-losses.ts";

/**
 * The Huber loss (1964): squares of differences up to `delta` (1 if not given), halved, and absolute differences beyond, so that a few wild
 * targets do not decide; the mean over all entries that count, shape [1]. PyTorch's smooth L1 loss is this divided by `delta`.
 *
 * @throws UnrolledError "shape-mismatch" where the two have different shapes, "invalid-argument" for a delta that is not above 0
 */
export function huber(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions & { readonly delta?: number } = {},
): Tensor {
  const { delta = 1 } = options;
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new UnrolledError("invalid-argument", {
      call: "huber",
      subject: "delta",
      got: `${delta}`,
      needed: "a finite number above 0",
    });
  }
  const wanted = targetNumbers("huber", ["prediction", prediction], target, options);
  const distance = abs(subtract(prediction, wanted));
  const near = minimum(distance, delta);
  const losses = add(scaled(square(near), 1 / 2), scaled(subtract(distance, near), delta));
  return reduceLosses("huber", losses, options);
}
