import type { Storage } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AlignmentLossOptions, Labels } from "./labels.ts";

/** A target as kernels take it. */
interface Target {
  readonly targets: number;
  readonly length: number;
  readonly blank: number;
}

/** A sequence whose gradients are to be worked out. */
interface Kept {
  readonly b: number;
  readonly target: Target;
  /** [T, 2, U + 1]: how often alignments take each move. */
  readonly counts: Storage;
  /** [T, U + 1] */
  readonly logSums: Storage;
}

/** Sums over all alignments of a batch, which are written to `losses` [B]; `score` writes the scores of a sequence's moves. */
export class TransducerAlignments {
  readonly kept: Kept[] = [];
  readonly #ids: Storage;

  constructor(
    losses: Tensor,
    { ids, starts, lengths, inputLengths, blank }: Labels,
    { zeroInfinity }: AlignmentLossOptions,
    score: (b: number, target: Target, scores: number, logSums: number) => void,
  ) {
    const { device } = losses;
    this.#ids = device.allocate(Math.max(1, ids.length));
    device.heap.putInts(ids, this.#ids.offset);
    for (const [b, length] of lengths.entries()) {
      const steps = inputLengths[b];
      const target = { targets: this.#ids.offset + starts[b], length, blank };
      const counts = device.allocate(steps * 2 * (length + 1));
      const logSums = device.allocate(steps * (length + 1));
      score(b, target, counts.offset, logSums.offset);
      const isCounted = losses.requiresGrad;
      const loss = device.temporary((isCounted ? steps + 1 : 2) * (length + 2), (alphas) =>
        device.kernels.transducerAlignments({
          scores: counts.offset,
          alphas,
          counts: isCounted ? counts.offset : 0,
          steps,
          length,
        }),
      );
      const isLeftOut = zeroInfinity === true && loss === Number.POSITIVE_INFINITY;
      device.heap.put([isLeftOut ? 0 : loss], losses.offset + b);
      if (isCounted && !isLeftOut) this.kept.push({ b, target, counts, logSums });
      else device.free(counts, logSums);
    }
  }

  /** What is kept for the way back. */
  room(): Storage[] {
    return [this.#ids, ...this.kept.flatMap(({ counts, logSums }) => [counts, logSums])];
  }
}
