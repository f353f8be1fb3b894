import { UnrolledError } from "../errors.ts";
import { outputOf } from "../tensor/operations/output.ts";
import type { Storage } from "../tensor/storage.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { type AlignmentLossOptions, labelsOf } from "./labels.ts";
import { reducedAlignments } from "./reduced-alignments.ts";

/**
 * Connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006): −ln of the probability, in nats, that T steps say a
 * target, summed over all alignments. An alignment says a label or the blank at each step; of a label that stands at several steps in a row
 * one remains, and blanks do not. The loss is infinite where a target does not fit into its steps: one for each label, and one more
 * between two that are the same. Sums are taken in logarithms. `reduction` "mean" divides each loss by its target's length (1 for an empty
 * target) and takes the mean over the sequences, as PyTorch does; "sum" adds up the losses; "none" gives them all.
 *
 * Gradients go to the logits, the softmax being part of the loss. Of an infinite loss the gradient is softmax, without the share of the
 * alignments; with `zeroInfinity` it is 0. The backward pass keeps T·(2U + 3) numbers for each sequence.
 *
 * @param logits [T, B, V], not normalised
 * @param targets a list of labels for each sequence, or whole numbers [B, U]; from 0 to V − 1, without the blank; an empty list is a target
 * @returns [1], or [B] for the reduction "none"
 * @throws UnrolledError "shape-mismatch" for targets or lengths that do not fit the logits, "invalid-argument" for a label that is no class
 * or is the blank, or for options out of range
 */
export function ctcLoss(
  logits: Tensor,
  targets: Tensor | readonly (readonly number[])[],
  options: AlignmentLossOptions = {},
): Tensor {
  const losses = outputOf([logits.shape?.[1] ?? 0], [logits]);
  if (logits.shape.length !== 3) {
    throw new UnrolledError("shape-mismatch", {
      call: "ctcLoss",
      problem: `logits have shape ${shapeText(logits.shape)}, needed [T, B, V]`,
    });
  }
  const [T, B, V] = logits.shape;
  const { ids, starts, lengths, inputLengths, blank } = labelsOf("ctcLoss", targets, options, {
    B,
    T,
    V,
    least: 0,
  });
  const { device } = logits;
  const { kernels } = device;
  const keep = losses.requiresGrad ? 1 : 0;
  const labels = device.allocate(Math.max(1, ids.length));
  device.heap.putInts(ids, labels.offset);
  const argumentsOf = (b: number) => ({
    logits: logits.offset + b * V,
    row: B * V,
    targets: labels.offset + starts[b],
    blank,
    steps: inputLengths[b],
    length: lengths[b],
    n: V,
  });
  const kept: { readonly b: number; readonly logSums: Storage; readonly alphas: Storage }[] = [];
  for (let b = 0; b < B; b++) {
    const [steps, width] = [Math.max(1, inputLengths[b]), 2 * lengths[b] + 2];
    const logSums = device.allocate(steps);
    const alphas = device.allocate((keep ? steps : 2) * width);
    const loss = device.temporary(2 * width, (room) =>
      kernels.ctcForward({
        ...argumentsOf(b),
        logSums: logSums.offset,
        alphas: alphas.offset,
        room,
        keep,
      }),
    );
    const isLeftOut = options.zeroInfinity === true && loss === Number.POSITIVE_INFINITY;
    device.heap.put([isLeftOut ? 0 : loss], losses.offset + b);
    if (keep && !isLeftOut) kept.push({ b, logSums, alphas });
    else device.free(logSums, alphas);
  }
  if (keep) {
    record(
      [losses],
      [logits],
      [logits],
      () => {
        const dlosses = losses.arrivedGradient();
        const dlogits = logits.gathered();
        for (const { b, logSums, alphas } of kept) {
          device.temporary(8 * lengths[b] + 7, (room) =>
            kernels.ctcBackward({
              ...argumentsOf(b),
              logSums: logSums.offset,
              alphas: alphas.offset,
              dloss: dlosses + b,
              dlogits: dlogits + b * V,
              room,
            }),
          );
        }
      },
      [labels, ...kept.flatMap(({ logSums, alphas }) => [logSums, alphas])],
    );
  } else device.free(labels);
  return reducedAlignments(
    losses,
    options,
    lengths.map((length) => Math.max(1, length)),
  );
}
