import { UnrolledError } from "../errors.ts";
import { add, multiply, subtract } from "../tensor/operations/arithmetic.ts";
import { lastAxis } from "../tensor/operations/axes.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { mean } from "../tensor/operations/reductions.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import { targetNumbers } from "./as-numbers.ts";
import { choosesLosses, type LossOptions, reduceLosses, requireReduction } from "./reduce-losses.ts";

/** Options of the binary cross-entropy. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** What a yes counts beside a no: a number, or one for each class [V] of the last axis, as PyTorch's `pos_weight`. 1 if not given. */
  readonly positiveWeights?: number | readonly number[] | undefined;
  /** What each class of the last axis counts [V]; the mean is divided by the sum of the weights. */
  readonly classWeights?: readonly number[] | undefined;
}

/**
 * Binary cross-entropy with logits in nats: the mean over all entries that count, shape [1]. Targets are from 0 to 1, of the same shape;
 * they may be whole numbers.
 *
 * @throws UnrolledError "shape-mismatch" for targets of another shape, "invalid-argument" for a whole target of −100 or weights that are
 * no numbers of at least 0
 */
export function binaryCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const { reduction = "mean", positiveWeights, classWeights } = options;
  const wanted = targetNumbers("binaryCrossEntropy", ["logits", logits], targets, options);
  const plain = lossesOf(logits, wanted);
  const losses =
    positiveWeights === undefined ? plain : add(plain, extraOfYes(logits, wanted, positiveWeights));
  const own = classWeights && weightsAlong("classWeights", logits, classWeights);
  if (choosesLosses(options) || own || reduction !== "mean") {
    const weights = own && add(zeros(logits.device, logits.shape), own);
    return reduceLosses("binaryCrossEntropy", losses, options, weights);
  }
  requireReduction("binaryCrossEntropy", reduction);
  return mean(losses);
}

/** What a yes costs beyond what it costs with the weight 1: (p − 1)·t·ln(1 + e⁻ˣ), which is the loss of the target 1. */
function extraOfYes(logits: Tensor, wanted: Tensor, weights: number | readonly number[]): Tensor {
  const yes = lossesOf(logits, add(zeros(logits.device, logits.shape), 1));
  const given = typeof weights === "number" ? [weights] : weights;
  return multiply(multiply(wanted, subtract(weightsAlong("positiveWeights", logits, given), 1)), yes);
}

/** A weight for each class of the last axis, or one for all of them. */
function weightsAlong(name: string, logits: Tensor, weights: readonly number[]): Tensor {
  const classes = lastAxis("binaryCrossEntropy", logits);
  const fits = weights.length === 1 || weights.length === classes;
  if (fits && weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY))
    return tensor(logits.device, weights);
  throw new UnrolledError("invalid-argument", {
    call: "binaryCrossEntropy",
    problem: `${name} are ${shapeText(weights)}, needed ${classes} numbers of at least 0, one for each class of ${shapeText(logits.shape)}`,
  });
}

/** The loss of each entry. */
function lossesOf(logits: Tensor, wanted: Tensor): Tensor {
  const losses = outputOf(logits.shape, [logits], { others: [wanted] });
  const { kernels } = logits.device;
  kernels.binaryCrossEntropy(logits.offset, wanted.offset, losses.offset, losses.size);
  if (losses.requiresGrad) {
    record([losses], [logits], [logits, wanted], () =>
      kernels.binaryCrossEntropyBackward({
        logits: logits.offset,
        targets: wanted.offset,
        dlosses: losses.arrivedGradient(),
        dlogits: logits.gathered(),
        n: losses.size,
      }),
    );
  }
  return losses;
}
