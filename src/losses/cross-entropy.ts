import { UnrolledError } from "../errors.ts";
import { multiply, scaled } from "../tensor/operations/arithmetic.ts";
import { lastAxis } from "../tensor/operations/axes.ts";
import { notEqual } from "../tensor/operations/comparisons.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { requireIds } from "../tensor/operations/rows.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";
import { INT_LEAST, INT_MOST, requireWhole } from "../whole-numbers.ts";
import {
  choosesLosses,
  countedOver,
  type LossOptions,
  reduceLosses,
  requireReduction,
} from "./reduce-losses.ts";

/** Options of the cross-entropy. */
export interface CrossEntropyOptions extends LossOptions {
  /** A target that counts for nothing; −100 if not given, as in PyTorch. */
  readonly ignoreIndex?: number;
  /** ε: the target is mixed with the uniform distribution over all classes (Szegedy et al. 2016). From 0 to below 1. */
  readonly labelSmoothing?: number;
  /**
   * What a target of each class counts [V], as PyTorch's `weight`: losses are multiplied by it, and the mean is divided by the sum of the
   * weights of the targets that count.
   */
  readonly classWeights?: readonly number[] | undefined;
}

/**
 * −log softmax(logits)[target] in nats. logits [..., V], targets integers [...]. The mean and the sum have shape [1], one loss for each
 * target has the shape of the targets.
 *
 * @throws UnrolledError "shape-mismatch" for another number of targets, "invalid-argument" for targets outside 0 to V − 1 that are not
 * `ignoreIndex`, or options out of range
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
  const n = lastAxis("crossEntropy", logits);
  const m = logits.size / n;
  if (targets.kind !== "int" || targets.size !== m) {
    throw new UnrolledError("shape-mismatch", {
      call: "crossEntropy",
      problem: `logits ${shapeText(logits.shape)} need ${m} integer targets, got ${targets.kind} ${shapeText(targets.shape)}`,
    });
  }
  if (typeof labelSmoothing !== "number" || !(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "crossEntropy",
      subject: "labelSmoothing",
      got: `${labelSmoothing}`,
      needed: "0 to below 1",
    });
  }
  requireWhole("crossEntropy", "ignoreIndex", ignoreIndex, INT_LEAST, INT_MOST);
  const losses = outputOf(targets.shape, [logits], { whole: [targets] });
  const problem = (id: number) => `target ${id} is not one of the ${n} classes`;
  requireIds("crossEntropy", targets, n, problem, ignoreIndex);
  const { device } = losses;
  const { kernels } = device;
  const logSums = device.allocate(m);
  kernels.crossEntropy({
    logits: logits.offset,
    targets: targets.offset,
    losses: losses.offset,
    logSums: logSums.offset,
    ignoreIndex,
    smoothing: labelSmoothing,
    m,
    n,
  });
  if (losses.requiresGrad) {
    record(
      [losses],
      [logits],
      [logits, targets],
      () => {
        const { offset, accumulate } = logits.gradientSlot();
        const dlosses = losses.arrivedGradient();
        kernels.crossEntropyBackward({
          logits: logits.offset,
          targets: targets.offset,
          logSums: logSums.offset,
          dlosses,
          dlogits: offset,
          ignoreIndex,
          smoothing: labelSmoothing,
          m,
          n,
          accumulate,
        });
      },
      [logSums],
    );
  } else device.free(logSums);
  const weights = options.classWeights && weightsOf(targets, options.classWeights, n, ignoreIndex);
  if (choosesLosses(options)) {
    // A target that is left out by its id is also left out of what the mean is divided by.
    const own = weights ? weights.tensor : notEqual(targets, ignoreIndex);
    return reduceLosses("crossEntropy", losses, options, own);
  }
  requireReduction("crossEntropy", reduction);
  const weighted = weights ? multiply(losses, weights.tensor) : losses;
  if (reduction === "none") return weighted;
  if (reduction === "sum") return sum(weighted);
  const total = weights?.total ?? m - kernels.countOf(targets.offset, ignoreIndex, m);
  return countedOver(scaled(sum(weighted), 1 / total), total);
}

/** The weight of each target's class, 0 for those that do not count, and their sum. */
function weightsOf(
  targets: Tensor,
  classWeights: readonly number[],
  classes: number,
  ignoreIndex: number,
): { readonly tensor: Tensor; readonly total: number } {
  if (classWeights.length !== classes || !classWeights.every((weight) => weight >= 0 && weight < Infinity)) {
    throw new UnrolledError("invalid-argument", {
      call: "crossEntropy",
      problem: `classWeights are ${classWeights.length} numbers, needed ${classes} of at least 0, one for each class`,
    });
  }
  const { device, size, shape } = targets;
  const { kernels } = device;
  const weights = new Tensor(device, device.allocate(size), shape);
  device.temporary(classes, (table) => {
    // Rows of classes that there are not are zeros.
    device.heap.put(
      Float32Array.from(classWeights, (weight, id) => (id === ignoreIndex ? 0 : weight)),
      table,
    );
    const [ids, ys] = [targets.offset, weights.offset];
    kernels.gatherRows({ table, ids, ys, n: size, width: 1, rows: classes });
  });
  return { tensor: weights, total: kernels.total(weights.offset, size) };
}
