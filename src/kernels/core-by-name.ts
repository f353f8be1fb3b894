// Written by kernels/build.mjs from kernels/kernels.h; change it there.
import type { Kernels } from "./contract.ts";
import type { KernelTable } from "./kernel-table.ts";

/** What a plain language model calls. */
export type CoreKernels = Pick<
  Kernels,
  | "packedSize"
  | "pack"
  | "gemm"
  | "lstmForward"
  | "lstmBackward"
  | "gruForward"
  | "gruBackward"
  | "ugrnnForward"
  | "ugrnnBackward"
  | "elmanForward"
  | "elmanBackward"
  | "elmanVariantForward"
  | "elmanVariantBackward"
  | "lstmStateForward"
  | "lstmStateBackward"
  | "lstmOutputForward"
  | "lstmOutputBackward"
  | "gruVariantForward"
  | "gruVariantBackward"
  | "gatedForward"
  | "gatedBackward"
  | "gatedCandidateForward"
  | "gatedCandidateBackward"
  | "unary"
  | "unaryBackward"
  | "binary"
  | "binarySlopes"
  | "addScaled"
  | "scale"
  | "approach"
  | "fill"
  | "copyRows"
  | "sumRows"
  | "sumColumns"
  | "sumOfSquares"
  | "firstNotFinite"
  | "gatherRows"
  | "scatterAddRows"
  | "firstOutside"
  | "countOf"
  | "crossEntropy"
  | "crossEntropyBackward"
  | "layerNorm"
  | "layerNormBackward"
  | "dropout"
  | "gaussianNoise"
  | "sgd"
  | "adam"
  | "rmsprop"
>;

/** The kernels of the core, as they are called. What a call is given lives no longer than the call, and compiled code has no object for it. */
export function coreByName(table: KernelTable): CoreKernels {
  const {
    pack,
    gemm,
    unaryBackward,
    binary,
    binarySlopes,
    copyRows,
    sumRows,
    sumColumns,
    gatherRows,
    scatterAddRows,
    crossEntropy,
    crossEntropyBackward,
    layerNorm,
    layerNormBackward,
    dropout,
    gaussianNoise,
    sgd,
    adam,
    rmsprop,
  } = table;
  return {
    packedSize: table.packedSize,
    pack: (given) => pack(given.b, given.bRow ?? given.n, given.bCol ?? 1, given.packed, given.k, given.n),
    gemm: (given) =>
      gemm(
        given.a,
        given.aRow ?? given.k,
        given.aCol ?? 1,
        given.packed,
        given.bias ?? 0,
        given.c,
        given.cRow ?? given.n,
        given.m,
        given.n,
        given.k,
        given.accumulate ?? 0,
      ),
    lstmForward: table.lstmForward,
    lstmBackward: table.lstmBackward,
    gruForward: table.gruForward,
    gruBackward: table.gruBackward,
    ugrnnForward: table.ugrnnForward,
    ugrnnBackward: table.ugrnnBackward,
    elmanForward: table.elmanForward,
    elmanBackward: table.elmanBackward,
    elmanVariantForward: table.elmanVariantForward,
    elmanVariantBackward: table.elmanVariantBackward,
    lstmStateForward: table.lstmStateForward,
    lstmStateBackward: table.lstmStateBackward,
    lstmOutputForward: table.lstmOutputForward,
    lstmOutputBackward: table.lstmOutputBackward,
    gruVariantForward: table.gruVariantForward,
    gruVariantBackward: table.gruVariantBackward,
    gatedForward: table.gatedForward,
    gatedBackward: table.gatedBackward,
    gatedCandidateForward: table.gatedCandidateForward,
    gatedCandidateBackward: table.gatedCandidateBackward,
    unary: table.unary,
    unaryBackward: (given) => unaryBackward(given.operation, given.x, given.y, given.dy, given.dx, given.n),
    binary: (given) =>
      binary(
        given.operation,
        given.a,
        given.aRow ?? given.n,
        given.aCol ?? 1,
        given.b,
        given.bRow ?? given.n,
        given.bCol ?? 1,
        given.y,
        given.m ?? 1,
        given.n,
      ),
    binarySlopes: (given) =>
      binarySlopes(
        given.operation,
        given.operand,
        given.a,
        given.aRow ?? given.n,
        given.aCol ?? 1,
        given.b,
        given.bRow ?? given.n,
        given.bCol ?? 1,
        given.dy,
        given.slopes,
        given.m ?? 1,
        given.n,
      ),
    addScaled: table.addScaled,
    scale: table.scale,
    approach: table.approach,
    fill: table.fill,
    copyRows: (given) =>
      copyRows(
        given.x,
        given.xRow ?? given.n,
        given.y,
        given.yRow ?? given.n,
        given.m ?? 1,
        given.n,
        given.accumulate ?? 0,
      ),
    sumRows: (given) => sumRows(given.x, given.xRow ?? given.n, given.sums, given.m, given.n),
    sumColumns: (given) =>
      sumColumns(given.x, given.xRow ?? given.n, given.factor ?? 1, given.sums, given.m, given.n),
    sumOfSquares: table.sumOfSquares,
    firstNotFinite: table.firstNotFinite,
    gatherRows: (given) => gatherRows(given.table, given.ids, given.ys, given.n, given.width, given.rows),
    scatterAddRows: (given) =>
      scatterAddRows(given.dys, given.ids, given.dtable, given.n, given.width, given.rows),
    firstOutside: table.firstOutside,
    countOf: table.countOf,
    crossEntropy: (given) =>
      crossEntropy(
        given.logits,
        given.targets,
        given.losses,
        given.logSums,
        given.ignoreIndex,
        given.smoothing,
        given.m,
        given.n,
      ),
    crossEntropyBackward: (given) =>
      crossEntropyBackward(
        given.logits,
        given.targets,
        given.logSums,
        given.dlosses,
        given.dlogits,
        given.ignoreIndex,
        given.smoothing,
        given.m,
        given.n,
        given.accumulate ?? 0,
      ),
    layerNorm: (given) =>
      layerNorm(
        given.x,
        given.weight,
        given.bias,
        given.y,
        given.statistics,
        given.epsilon,
        given.m,
        given.n,
      ),
    layerNormBackward: (given) =>
      layerNormBackward(
        given.x,
        given.weight,
        given.statistics,
        given.dy,
        given.dx,
        given.dweight,
        given.dbias,
        given.m,
        given.n,
      ),
    dropout: (given) =>
      dropout(
        given.x,
        given.y,
        given.keep,
        given.seed,
        given.draw,
        given.place,
        given.firstRow,
        given.locked,
        given.steps,
        given.rows,
        given.width,
        given.accumulate ?? 0,
      ),
    gaussianNoise: (given) =>
      gaussianNoise(given.x, given.y, given.deviation, given.seed, given.draw, given.place, given.n),
    sgd: (given) =>
      sgd(
        given.w,
        given.g,
        given.velocity ?? 0,
        given.learningRate,
        given.momentum ?? 0,
        given.weightDecay ?? 0,
        given.nesterov ?? 0,
        given.n,
      ),
    adam: (given) =>
      adam(
        given.w,
        given.g,
        given.mean,
        given.square,
        given.learningRate,
        given.beta1,
        given.beta2,
        given.epsilon,
        given.weightDecay ?? 0,
        given.decoupled ?? 0,
        given.correction1,
        given.correction2,
        given.n,
      ),
    rmsprop: (given) =>
      rmsprop(
        given.w,
        given.g,
        given.square,
        given.velocity ?? 0,
        given.learningRate,
        given.alpha,
        given.epsilon,
        given.momentum ?? 0,
        given.weightDecay ?? 0,
        given.n,
      ),
  };
}
