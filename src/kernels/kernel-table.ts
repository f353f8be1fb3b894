// Written by kernels/build.mjs from kernels/kernels.h; change it there.
import type { Kernels } from "./contract.ts";

/** Every kernel, as each backend provides it, with the arguments of the C++ in their order. */
export interface KernelTable {
  packedSize(k: number, n: number): number;
  pack(b: number, bRow: number, bCol: number, packed: number, k: number, n: number): void;
  packedNarrowSize(precision: number, k: number, n: number): number;
  packNarrow(
    precision: number,
    b: number,
    bRow: number,
    bCol: number,
    scales: number,
    packed: number,
    k: number,
    n: number,
  ): void;
  gatherPacked(packed: number, ids: number, ys: number, count: number, k: number, n: number): void;
  gemm(
    a: number,
    aRow: number,
    aCol: number,
    packed: number,
    bias: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
    accumulate: number,
  ): void;
  lstmForward(
    sums: number,
    cBefore: number,
    c: number,
    hBefore: number,
    h: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  lstmBackward(
    sums: number,
    cBefore: number,
    c: number,
    dy: number,
    dh: number,
    dc: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gruForward(
    sums: number,
    recurrent: number,
    hBefore: number,
    h: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gruBackward(
    sums: number,
    recurrent: number,
    hBefore: number,
    dy: number,
    dh: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  ugrnnForward(
    sums: number,
    hBefore: number,
    h: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  ugrnnBackward(
    sums: number,
    hBefore: number,
    dy: number,
    dh: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  elmanForward(
    operation: number,
    sums: number,
    hBefore: number,
    h: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  elmanBackward(
    operation: number,
    h: number,
    sums: number,
    dy: number,
    dh: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  elmanVariantForward(
    sums: number,
    hBefore: number,
    h: number,
    activations: number,
    gateClip: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  elmanVariantBackward(
    h: number,
    sums: number,
    dy: number,
    dh: number,
    activations: number,
    gateClip: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  lstmStateForward(
    sums: number,
    cBefore: number,
    c: number,
    peepholes: number,
    activations: number,
    gateClip: number,
    cellClip: number,
    coupled: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  lstmStateBackward(
    sums: number,
    cBefore: number,
    c: number,
    peepholes: number,
    activations: number,
    gateClip: number,
    cellClip: number,
    coupled: number,
    dc: number,
    dpeepholes: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  lstmOutputForward(
    sums: number,
    c: number,
    cOut: number,
    hBefore: number,
    h: number,
    peepholes: number,
    activations: number,
    gateClip: number,
    coupled: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  lstmOutputBackward(
    sums: number,
    c: number,
    cOut: number,
    peepholes: number,
    activations: number,
    gateClip: number,
    coupled: number,
    dy: number,
    dh: number,
    dc: number,
    dcOut: number,
    dpeepholes: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gruVariantForward(
    sums: number,
    recurrent: number,
    hBefore: number,
    h: number,
    activations: number,
    gateClip: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gruVariantBackward(
    sums: number,
    recurrent: number,
    hBefore: number,
    dy: number,
    dh: number,
    activations: number,
    gateClip: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gatedForward(
    sums: number,
    hRead: number,
    gated: number,
    activations: number,
    gateClip: number,
    gates: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gatedBackward(
    sums: number,
    hRead: number,
    dgated: number,
    dmix: number,
    dhRead: number,
    activations: number,
    gateClip: number,
    gates: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gatedCandidateForward(
    sums: number,
    hBefore: number,
    h: number,
    activations: number,
    gateClip: number,
    gates: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  gatedCandidateBackward(
    sums: number,
    hBefore: number,
    dy: number,
    dh: number,
    dmix: number,
    activations: number,
    gateClip: number,
    gates: number,
    lengths: number,
    t: number,
    batch: number,
    hidden: number,
  ): void;
  unary(operation: number, x: number, y: number, n: number): void;
  unaryBackward(operation: number, x: number, y: number, dy: number, dx: number, n: number): void;
  binary(
    operation: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    y: number,
    m: number,
    n: number,
  ): void;
  binarySlopes(
    operation: number,
    operand: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    dy: number,
    slopes: number,
    m: number,
    n: number,
  ): void;
  addScaled(x: number, factor: number, y: number, n: number): void;
  scale(x: number, factor: number, n: number): void;
  approach(x: number, rate: number, y: number, n: number): void;
  fill(x: number, value: number, n: number): void;
  copyRows(x: number, xRow: number, y: number, yRow: number, m: number, n: number, accumulate: number): void;
  gatherSteps(x: number, layout: number, y: number, rank: number, accumulate: number): void;
  scatterAddSteps(y: number, layout: number, x: number, rank: number): void;
  widen(x: number, y: number, n: number): void;
  sumRows(x: number, xRow: number, sums: number, m: number, n: number): void;
  sumColumns(x: number, xRow: number, factor: number, sums: number, m: number, n: number): void;
  sumOfSquares(x: number, n: number): number;
  firstNotFinite(x: number, n: number): number;
  gatherRows(table: number, ids: number, ys: number, n: number, width: number, rows: number): void;
  scatterAddRows(dys: number, ids: number, dtable: number, n: number, width: number, rows: number): void;
  firstOutside(ids: number, n: number, count: number, ignored: number): number;
  countOf(ids: number, value: number, n: number): number;
  total(x: number, n: number): number;
  markRows(x: number, value: number, whole: number, marks: number, m: number, n: number): void;
  softmax(x: number, y: number, m: number, n: number, logarithm: number): void;
  softmaxBackward(y: number, dy: number, dx: number, m: number, n: number, logarithm: number): void;
  logSumExp(x: number, y: number, m: number, n: number): void;
  logSumExpBackward(x: number, y: number, dy: number, dx: number, m: number, n: number): void;
  crossEntropy(
    logits: number,
    targets: number,
    losses: number,
    logSums: number,
    ignoreIndex: number,
    smoothing: number,
    m: number,
    n: number,
  ): void;
  crossEntropyBackward(
    logits: number,
    targets: number,
    logSums: number,
    dlosses: number,
    dlogits: number,
    ignoreIndex: number,
    smoothing: number,
    m: number,
    n: number,
    accumulate: number,
  ): void;
  layerNorm(
    x: number,
    weight: number,
    bias: number,
    y: number,
    statistics: number,
    epsilon: number,
    m: number,
    n: number,
  ): void;
  layerNormBackward(
    x: number,
    weight: number,
    statistics: number,
    dy: number,
    dx: number,
    dweight: number,
    dbias: number,
    m: number,
    n: number,
  ): void;
  dropout(
    x: number,
    y: number,
    keep: number,
    seed: number,
    draw: number,
    place: number,
    firstRow: number,
    locked: number,
    steps: number,
    rows: number,
    width: number,
    accumulate: number,
  ): void;
  gaussianNoise(
    x: number,
    y: number,
    deviation: number,
    seed: number,
    draw: number,
    place: number,
    n: number,
  ): void;
  unfold(x: number, window: number, fill: number, patches: number): void;
  fold(patches: number, window: number, x: number): void;
  transpose(x: number, y: number, count: number, m: number, n: number, accumulate: number): void;
  rowMaxima(x: number, y: number, places: number, m: number, n: number): void;
  rowMaximaBackward(dy: number, places: number, dx: number, m: number, n: number): void;
  batchMoments(x: number, moments: number, images: number, channels: number, positions: number): void;
  batchNorm(
    x: number,
    moments: number,
    weight: number,
    bias: number,
    y: number,
    epsilon: number,
    images: number,
    channels: number,
    positions: number,
  ): void;
  batchNormBackward(
    x: number,
    moments: number,
    weight: number,
    dy: number,
    dx: number,
    dweight: number,
    dbias: number,
    epsilon: number,
    constant: number,
    images: number,
    channels: number,
    positions: number,
  ): void;
  binaryCrossEntropy(logits: number, targets: number, losses: number, n: number): void;
  binaryCrossEntropyBackward(
    logits: number,
    targets: number,
    dlosses: number,
    dlogits: number,
    n: number,
  ): void;
  sgd(
    w: number,
    g: number,
    velocity: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
    nesterov: number,
    n: number,
  ): void;
  adam(
    w: number,
    g: number,
    mean: number,
    square: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    weightDecay: number,
    decoupled: number,
    correction1: number,
    correction2: number,
    n: number,
  ): void;
  rmsprop(
    w: number,
    g: number,
    square: number,
    velocity: number,
    learningRate: number,
    alpha: number,
    epsilon: number,
    momentum: number,
    weightDecay: number,
    n: number,
  ): void;
}

/** The kernels of a table, as they are called. What a call is given lives no longer than the call, and compiled code has no object for it. */
export function byName(table: KernelTable): Kernels {
  const {
    pack,
    packNarrow,
    gatherPacked,
    gemm,
    unaryBackward,
    binary,
    binarySlopes,
    copyRows,
    gatherSteps,
    sumRows,
    sumColumns,
    gatherRows,
    scatterAddRows,
    markRows,
    softmax,
    softmaxBackward,
    logSumExpBackward,
    crossEntropy,
    crossEntropyBackward,
    layerNorm,
    layerNormBackward,
    dropout,
    gaussianNoise,
    transpose,
    rowMaxima,
    rowMaximaBackward,
    batchMoments,
    batchNorm,
    batchNormBackward,
    binaryCrossEntropyBackward,
    sgd,
    adam,
    rmsprop,
  } = table;
  return {
    packedSize: table.packedSize,
    pack: (given) => pack(given.b, given.bRow ?? given.n, given.bCol ?? 1, given.packed, given.k, given.n),
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
    gatherSteps: (given) => gatherSteps(given.x, given.layout, given.y, given.rank, given.accumulate ?? 0),
    scatterAddSteps: table.scatterAddSteps,
    widen: table.widen,
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
    total: table.total,
    markRows: (given) => markRows(given.x, given.value, given.whole ?? 0, given.marks, given.m, given.n),
    softmax: (given) => softmax(given.x, given.y, given.m, given.n, given.logarithm),
    softmaxBackward: (given) =>
      softmaxBackward(given.y, given.dy, given.dx, given.m, given.n, given.logarithm),
    logSumExp: table.logSumExp,
    logSumExpBackward: (given) => logSumExpBackward(given.x, given.y, given.dy, given.dx, given.m, given.n),
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
    unfold: table.unfold,
    fold: table.fold,
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
