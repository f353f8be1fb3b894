import { UnrolledError } from "../errors.ts";
import { scaled } from "../tensor/operations/arithmetic.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { mean, sum } from "../tensor/operations/reductions.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/** Options of the cross-entropy. */
export interface CrossEntropyOptions {
  /** A target that counts for nothing; −100 if not given, as in PyTorch. */
  readonly ignoreIndex?: number;
  /** ε: the target is mixed with the uniform distribution over all classes (Szegedy et al. 2016). From 0 to below 1. */
  readonly labelSmoothing?: number;
  /** The mean over the targets that count (the default; NaN where none does), their sum, or one loss for each. */
  readonly reduction?: "mean" | "sum" | "none";
}

/** How many targets each mean was taken over. */
const counts = new WeakMap<Tensor, number>();

/** How many targets a mean cross-entropy was taken over; undefined for any other loss. */
export function targetsOf(loss: Tensor): number | undefined {
  return counts.get(loss);
}

/**
 * −log softmax(logits)[target] in nats. logits [..., V], targets integers [...]. Mean and sum have shape [1], none that of the
 * targets.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
  const n = logits.shape[logits.shape.length - 1];
  const m = logits.size / n;
  if (targets.kind !== "int" || targets.size !== m) {
    throw new UnrolledError(
      "shape-mismatch",
      `crossEntropy: logits ${shapeText(logits.shape)} need ${m} integer targets, got ${targets.kind} ${shapeText(targets.shape)}`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new UnrolledError(
      "invalid-argument",
      `crossEntropy: labelSmoothing is ${labelSmoothing}, needed 0 to below 1`,
    );
  }
  const counted = countTargets(targets, ignoreIndex, n);
  const { device } = logits;
  const { kernels } = device;
  const losses = outputOf(targets.shape, [logits]);
  const logSums = device.allocate(m);
  kernels.crossEntropy(
    logits.offset,
    targets.offset,
    losses.offset,
    logSums.offset,
    ignoreIndex,
    labelSmoothing,
    m,
    n,
  );
  if (losses.requiresGrad) {
    record(
      [losses],
      [logits],
      [logits, targets],
      () => {
        const { offset, accumulate } = logits.gradientSlot();
        const dlosses = losses.arrivedGradient();
        kernels.crossEntropyBackward(
          logits.offset,
          targets.offset,
          logSums.offset,
          dlosses,
          offset,
          ignoreIndex,
          labelSmoothing,
          m,
          n,
          accumulate,
        );
      },
      [logSums],
    );
  } else device.free(logSums);
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  const loss = scaled(sum(losses), 1 / counted);
  counts.set(loss, counted);
  return loss;
}

/** How many targets count. A target that is no class would make a kernel read outside the row, so it is an error here. */
function countTargets(targets: Tensor, ignoreIndex: number, classes: number): number {
  const ids = targets.device.heap.ints().subarray(targets.offset, targets.offset + targets.size);
  let counted = 0;
  for (const id of ids) {
    if (id === ignoreIndex) continue;
    if (id < 0 || id >= classes) {
      throw new UnrolledError(
        "invalid-argument",
        `crossEntropy: target ${id} is not one of the ${classes} classes`,
      );
    }
    counted += 1;
  }
  return counted;
}

/** Binary cross-entropy with logits, the mean over all entries in nats, shape [1]; targets from 0 to 1, same shape. */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  if (shapeText(logits.shape) !== shapeText(targets.shape)) {
    throw new UnrolledError(
      "shape-mismatch",
      `binaryCrossEntropy: logits ${shapeText(logits.shape)} and targets ${shapeText(targets.shape)} must have one shape`,
    );
  }
  const losses = outputOf(logits.shape, [logits]);
  const { kernels } = logits.device;
  kernels.binaryCrossEntropy(logits.offset, targets.offset, losses.offset, losses.size);
  if (losses.requiresGrad) {
    record([losses], [logits], [logits, targets], () =>
      kernels.binaryCrossEntropyBackward(
        logits.offset,
        targets.offset,
        losses.arrivedGradient(),
        logits.gathered(),
        losses.size,
      ),
    );
  }
  return mean(losses);
}
