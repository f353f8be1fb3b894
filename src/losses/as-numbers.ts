import { UnrolledError } from "../errors.ts";
import { widened } from "../tensor/operations/widened.ts";
import { Tensor } from "../tensor/tensor.ts";

/** What `fit` fills whole targets up with where sequences end at different steps. */
const IGNORED = -100;

/** Targets as numbers, where they came as whole ones: yes and no are 1 and 0. */
export function asNumbers(call: string, targets: Tensor): Tensor {
  // What is no tensor is refused by the operation that reads it.
  if (!(targets instanceof Tensor) || targets.kind === "float") return targets;
  if (targets.device.kernels.countOf(targets.offset, IGNORED, targets.size) === 0) return widened(targets);
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `a whole target is ${IGNORED}, which stands for a step after the end of its sequence; this loss counts every step`,
    advice: "in fit, give step, which has the lengths, instead of loss",
  });
}
