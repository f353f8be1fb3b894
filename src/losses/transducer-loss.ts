import { UnrolledError } from "../errors.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { type AlignmentLossOptions, labelsOf } from "./labels.ts";
import { reducedAlignments } from "./reduced-alignments.ts";
import { TransducerAlignments } from "./transducer-alignments.ts";

/**
 * The loss of a sequence transducer (Graves 2012): −ln of the probability, in nats, that a sound of T steps says a target of U labels,
 * summed over all alignments. At each step t an alignment says any number of labels and then the blank, which leads to step t + 1; what is
 * said next is decided by t and by the number u of labels before. `reduction` "mean" is the mean over the sequences.
 *
 * This is the plain form, whose logits hold T·(U + 1)·V numbers for each sequence; the backward pass keeps 3·T·(U + 1) more.
 * `transducerJointLoss` makes the same logits bit by bit. Gradients go to the logits, the softmax being part of the loss.
 *
 * @param logits [B, T, U + 1, V], not normalised; U is the length of the longest target, or more
 * @param targets a list of labels for each sequence, or whole numbers [B, U]; from 0 to V − 1, without the blank; an empty list is a target
 * @returns [1], or [B] for the reduction "none"
 * @throws UnrolledError "shape-mismatch" for targets or lengths that do not fit the logits, "invalid-argument" for a label that is no class
 * or is the blank, or for options out of range
 */
export function transducerLoss(
  logits: Tensor,
  targets: Tensor | readonly (readonly number[])[],
  options: AlignmentLossOptions = {},
): Tensor {
  const losses = outputOf([logits.shape?.[0] ?? 0], [logits]);
  if (logits.shape.length !== 4) {
    throw new UnrolledError("shape-mismatch", {
      call: "transducerLoss",
      problem: `logits have shape ${shapeText(logits.shape)}, needed [B, T, U + 1, V]`,
    });
  }
  const [B, T, places, V] = logits.shape;
  const labels = labelsOf("transducerLoss", targets, options, { B, T, V, least: 1, places });
  const { device } = logits;
  const { kernels } = device;
  const argumentsOf = (b: number) => ({
    logits: logits.offset + b * T * places * V,
    row: places * V,
    steps: labels.inputLengths[b],
    n: V,
  });
  const alignments = new TransducerAlignments(losses, labels, options, (b, target, scores, logSums) =>
    kernels.transducerScores({ ...argumentsOf(b), ...target, scores, logSums }),
  );
  if (losses.requiresGrad) {
    record(
      [losses],
      [logits],
      [logits],
      () => {
        const dlosses = losses.arrivedGradient();
        const dlogits = logits.gathered();
        for (const { b, target, counts, logSums } of alignments.kept)
          kernels.transducerBackward({
            ...argumentsOf(b),
            ...target,
            counts: counts.offset,
            logSums: logSums.offset,
            dloss: dlosses + b,
            dlogits: dlogits + b * T * places * V,
          });
      },
      alignments.room(),
    );
  } else device.free(...alignments.room());
  return reducedAlignments(losses, options);
}
