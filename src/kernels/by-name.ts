// Written by kernels/build.mjs from kernels/kernels.h; change it there.
import type { Kernels } from "./contract.ts";
import { coreByName } from "./core-by-name.ts";
import type { KernelTable } from "./kernel-table.ts";

/** The kernels of a table, as they are called. What a call is given lives no longer than the call, and compiled code has no object for it. */
export function byName(table: KernelTable): Kernels {
  const {
    packNarrow,
    gatherPacked,
    gatherSteps,
    gatherDots,
    markRows,
    softmax,
    softmaxBackward,
    logSumExpBackward,
    likeliest,
    transpose,
    rowMaxima,
    rowMaximaBackward,
    batchMoments,
    batchNorm,
    batchNormBackward,
    binaryCrossEntropyBackward,
    ctcForward,
    ctcBackward,
    transducerScores,
    transducerAlignments,
    transducerBackward,
  } = table;
  return {
    ...coreByName(table),
    packedNarrowSize: table.packedNarrowSize,
    packNarrow: (given) =>
      packNarrow(
        given.precision,
        given.b,
        given.bRow ?? given.n,
        given.bCol ?? 1,
        given.scales ?? 0,
        given.packed,
        given.k,
        given.n,
      ),
    gatherPacked: (given) => gatherPacked(given.packed, given.ids, given.ys, given.count, given.k, given.n),
    gatherSteps: (given) => gatherSteps(given.x, given.layout, given.y, given.rank, given.accumulate ?? 0),
    scatterAddSteps: table.scatterAddSteps,
    widen: table.widen,
    gatherDots: (given) =>
      gatherDots(
        given.x,
        given.places,
        given.weights,
        given.bias ?? 0,
        given.outputs ?? 0,
        given.y,
        given.groups,
        given.channels,
        given.size,
        given.entries,
        given.rows,
        given.positions,
      ),
    replay: table.replay,
    total: table.total,
    markRows: (given) => markRows(given.x, given.value, given.whole ?? 0, given.marks, given.m, given.n),
    softmax: (given) => softmax(given.x, given.y, given.m, given.n, given.logarithm),
    softmaxBackward: (given) =>
      softmaxBackward(given.y, given.dy, given.dx, given.m, given.n, given.logarithm),
    logSumExp: table.logSumExp,
    logSumExpBackward: (given) => logSumExpBackward(given.x, given.y, given.dy, given.dx, given.m, given.n),
    unfold: table.unfold,
    fold: table.fold,
    likeliest: (given) => likeliest(given.x, given.logs, given.places, given.m, given.n, given.count),
    transpose: (given) =>
      transpose(given.x, given.y, given.count ?? 1, given.m, given.n, given.accumulate ?? 0),
    rowMaxima: (given) => rowMaxima(given.x, given.y, given.places, given.m, given.n),
    rowMaximaBackward: (given) => rowMaximaBackward(given.dy, given.places, given.dx, given.m, given.n),
    batchMoments: (given) =>
      batchMoments(given.x, given.moments, given.images, given.channels, given.positions),
    batchNorm: (given) =>
      batchNorm(
        given.x,
        given.moments,
        given.weight,
        given.bias,
        given.y,
        given.epsilon,
        given.images,
        given.channels,
        given.positions,
      ),
    batchNormBackward: (given) =>
      batchNormBackward(
        given.x,
        given.moments,
        given.weight,
        given.dy,
        given.dx,
        given.dweight,
        given.dbias,
        given.epsilon,
        given.constant,
        given.images,
        given.channels,
        given.positions,
      ),
    binaryCrossEntropy: table.binaryCrossEntropy,
    binaryCrossEntropyBackward: (given) =>
      binaryCrossEntropyBackward(given.logits, given.targets, given.dlosses, given.dlogits, given.n),
    ctcForward: (given) =>
      ctcForward(
        given.logits,
        given.row ?? given.n,
        given.targets,
        given.logSums,
        given.alphas,
        given.room,
        given.blank,
        given.keep,
        given.steps,
        given.length,
        given.n,
      ),
    ctcBackward: (given) =>
      ctcBackward(
        given.logits,
        given.row ?? given.n,
        given.targets,
        given.logSums,
        given.alphas,
        given.dloss,
        given.dlogits,
        given.room,
        given.blank,
        given.steps,
        given.length,
        given.n,
      ),
    transducerScores: (given) =>
      transducerScores(
        given.logits,
        given.row,
        given.targets,
        given.logSums,
        given.scores,
        given.blank,
        given.steps,
        given.length,
        given.n,
      ),
    transducerAlignments: (given) =>
      transducerAlignments(given.scores, given.alphas, given.counts ?? 0, given.steps, given.length),
    transducerBackward: (given) =>
      transducerBackward(
        given.logits,
        given.row,
        given.targets,
        given.logSums,
        given.counts,
        given.dloss,
        given.dlogits,
        given.blank,
        given.steps,
        given.length,
        given.n,
      ),
  };
}
