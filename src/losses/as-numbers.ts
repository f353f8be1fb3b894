import { UnrolledError } from "../errors.ts";
import { widened } from "../tensor/operations/widened.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";
import { choosesLosses, type LossOptions } from "./reduce-losses.ts";

/** What `fit` fills whole targets up with where sequences end at different steps. */
const IGNORED = -100;

/**
 * Targets of the shape of what is held against them, as numbers where they came as whole ones: yes and no are 1 and 0. Whole targets that
 * stand behind a sequence's end need options that leave them out.
 */
export function targetNumbers(
  call: string,
  [name, given]: readonly [name: string, Tensor],
  targets: Tensor,
  options: LossOptions = {},
): Tensor {
  // What is no tensor is refused by the operation that reads it.
  if (!(targets instanceof Tensor)) return targets;
  if (shapeText(given.shape) !== shapeText(targets.shape)) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `${name} ${shapeText(given.shape)} and targets ${shapeText(targets.shape)} must have one shape`,
    });
  }
  if (targets.kind === "float" || choosesLosses(options)) return widened(targets);
  if (targets.device.kernels.countOf(targets.offset, IGNORED, targets.size) === 0) return widened(targets);
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `a whole target is ${IGNORED}, which stands for a step after the end of its sequence; this loss counts every step`,
    advice: "give lengths or a mask; in fit, give step, which has the lengths, instead of loss",
  });
}
