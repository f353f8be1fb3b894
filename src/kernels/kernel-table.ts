// Written by kernels/build.mjs from kernels/kernels.h; change it there.

/** Every kernel, as each backend provides it, with the arguments of the C++ in their order. */
export interface KernelTable {
  packedSize(k: number, n: number): number;
  pack(b: number, bRow: number, bCol: number, packed: number, k: number, n: number): void;
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
  sumRows(x: number, xRow: number, sums: number, m: number, n: number): void;
  sumColumns(x: number, xRow: number, factor: number, sums: number, m: number, n: number): void;
  sumOfSquares(x: number, n: number): number;
  firstNotFinite(x: number, n: number): number;
  gatherRows(table: number, ids: number, ys: number, n: number, width: number, rows: number): void;
  scatterAddRows(dys: number, ids: number, dtable: number, n: number, width: number, rows: number): void;
  firstOutside(ids: number, n: number, count: number, ignored: number): number;
  countOf(ids: number, value: number, n: number): number;
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
  gatherSteps(x: number, layout: number, y: number, rank: number, accumulate: number): void;
  scatterAddSteps(y: number, layout: number, x: number, rank: number): void;
  widen(x: number, y: number, n: number): void;
  gatherDots(
    x: number,
    places: number,
    weights: number,
    bias: number,
    outputs: number,
    y: number,
    groups: number,
    channels: number,
    size: number,
    entries: number,
    rows: number,
    positions: number,
  ): void;
  replay(calls: number, place: number, count: number): void;
  total(x: number, n: number): number;
  markRows(x: number, value: number, whole: number, marks: number, m: number, n: number): void;
  softmax(x: number, y: number, m: number, n: number, logarithm: number): void;
  softmaxBackward(y: number, dy: number, dx: number, m: number, n: number, logarithm: number): void;
  logSumExp(x: number, y: number, m: number, n: number): void;
  logSumExpBackward(x: number, y: number, dy: number, dx: number, m: number, n: number): void;
  unfold(x: number, window: number, fill: number, patches: number): void;
  fold(patches: number, window: number, x: number): void;
  likeliest(x: number, logs: number, places: number, m: number, n: number, count: number): void;
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
  ctcForward(
    logits: number,
    row: number,
    targets: number,
    logSums: number,
    alphas: number,
    room: number,
    blank: number,
    keep: number,
    steps: number,
    length: number,
    n: number,
  ): number;
  ctcBackward(
    logits: number,
    row: number,
    targets: number,
    logSums: number,
    alphas: number,
    dloss: number,
    dlogits: number,
    room: number,
    blank: number,
    steps: number,
    length: number,
    n: number,
  ): void;
  transducerScores(
    logits: number,
    row: number,
    targets: number,
    logSums: number,
    scores: number,
    blank: number,
    steps: number,
    length: number,
    n: number,
  ): void;
  transducerAlignments(scores: number, alphas: number, counts: number, steps: number, length: number): number;
  transducerBackward(
    logits: number,
    row: number,
    targets: number,
    logSums: number,
    counts: number,
    dloss: number,
    dlogits: number,
    blank: number,
    steps: number,
    length: number,
    n: number,
  ): void;
}

/** Of each kernel, in the order of their numbers, what its arguments take where a call is written down: a word, or two for a double. */
export const ARGUMENTS: Readonly<Record<keyof KernelTable, string>> = {
  packedSize: "ww",
  pack: "wwwwww",
  gemm: "wwwwwwwwwww",
  lstmForward: "wwwwwwwww",
  lstmBackward: "wwwwwwwwww",
  gruForward: "wwwwwwww",
  gruBackward: "wwwwwwwww",
  ugrnnForward: "wwwwwww",
  ugrnnBackward: "wwwwwwww",
  elmanForward: "wwwwwwww",
  elmanBackward: "wwwwwwwww",
  elmanVariantForward: "wwwwdwwww",
  elmanVariantBackward: "wwwwwdwwww",
  lstmStateForward: "wwwwwddwwwww",
  lstmStateBackward: "wwwwwddwwwwwww",
  lstmOutputForward: "wwwwwwwdwwwww",
  lstmOutputBackward: "wwwwwdwwwwwwwwww",
  gruVariantForward: "wwwwwdwwww",
  gruVariantBackward: "wwwwwwdwwww",
  gatedForward: "wwwwdwwwww",
  gatedBackward: "wwwwwwdwwwww",
  gatedCandidateForward: "wwwwdwwwww",
  gatedCandidateBackward: "wwwwwwdwwwww",
  unary: "wwww",
  unaryBackward: "wwwwww",
  binary: "wwwwwwwwww",
  binarySlopes: "wwwwwwwwwwww",
  addScaled: "wdww",
  scale: "wdw",
  approach: "wdww",
  fill: "wdw",
  copyRows: "wwwwwww",
  sumRows: "wwwww",
  sumColumns: "wwdwww",
  sumOfSquares: "ww",
  firstNotFinite: "ww",
  gatherRows: "wwwwww",
  scatterAddRows: "wwwwww",
  firstOutside: "wwwd",
  countOf: "www",
  crossEntropy: "wwwwwdww",
  crossEntropyBackward: "wwwwwwdwww",
  layerNorm: "wwwwwdww",
  layerNormBackward: "wwwwwwwww",
  dropout: "wwdwwwwwwwww",
  gaussianNoise: "wwdwwww",
  sgd: "wwwdddww",
  adam: "wwwwdddddwddw",
  rmsprop: "wwwwdddddw",
  packedNarrowSize: "www",
  packNarrow: "wwwwwwww",
  gatherPacked: "wwwwww",
  gatherSteps: "wwwww",
  scatterAddSteps: "wwww",
  widen: "www",
  gatherDots: "wwwwwwwwwwww",
  replay: "www",
  total: "ww",
  markRows: "wdwwww",
  softmax: "wwwww",
  softmaxBackward: "wwwwww",
  logSumExp: "wwww",
  logSumExpBackward: "wwwwww",
  unfold: "wwdw",
  fold: "www",
  likeliest: "wwwwww",
  transpose: "wwwwww",
  rowMaxima: "wwwww",
  rowMaximaBackward: "wwwww",
  batchMoments: "wwwww",
  batchNorm: "wwwwwdwww",
  batchNormBackward: "wwwwwwwdwwww",
  binaryCrossEntropy: "wwww",
  binaryCrossEntropyBackward: "wwwww",
  ctcForward: "wwwwwwwwwww",
  ctcBackward: "wwwwwwwwwwww",
  transducerScores: "wwwwwwwww",
  transducerAlignments: "wwwww",
  transducerBackward: "wwwwwwwwwww",
};
