// Written by kernels/build.mjs from kernels/kernels.h; change it there.

declare const role: unique symbol;

/**
 * A number that says what it is for: a place in the heap, or a size. One of another role is no argument in its stead, while a plain
 * number, of which nothing is known, is.
 */
export type Role<Name extends string> = number & { readonly [role]?: Name };

/** Every kernel, as it is called. Parameters that are pointers in C++ are element offsets into the heap; 0 is none. */
export interface Kernels {
  /**
   * Elements that `pack` writes for a matrix of k rows and n columns. The layout is the backend's own.
   */
  packedSize(k: number, n: number): number;

  /**
   * packed ← B [k, n], whose entry (i, j) stands at b[i·bRow + j·bCol]; strides let a transpose be packed without a copy.
   */
  pack(given: {
    readonly b: number;
    /** n if not given. */
    readonly bRow?: number;
    /** 1 if not given. */
    readonly bCol?: number;
    readonly packed: number;
    readonly k: number;
    readonly n: number;
  }): void;

  /**
   * C [m, n] ← A [m, k] · B + bias [n], or C + A · B where accumulate is 1. A's entry (i, j) stands at a[i·aRow + j·aCol].
   */
  gemm(given: {
    readonly a: number;
    /** k if not given. */
    readonly aRow?: number;
    /** 1 if not given. */
    readonly aCol?: number;
    readonly packed: number;
    /** 0 if not given. */
    readonly bias?: number;
    readonly c: number;
    /** n if not given. */
    readonly cRow?: number;
    readonly m: number;
    readonly n: number;
    readonly k: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * One LSTM step (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000) after its products. sums [B, 4H] holds the
   * sums i f g o and is overwritten with σ(i) σ(f) tanh(g) σ(o); c ← f∘cBefore + i∘g; h ← o∘tanh(c). All [B, H].
   * Where lengths is given, a row with lengths[b] ≤ t keeps its state.
   */
  lstmForward(
    sums: Role<"sums">,
    cBefore: Role<"cBefore">,
    c: Role<"c">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of lstmForward. dy [B, H] (or none) is the gradient of this step's output; dh and dc [B, H] carry the gradient of
   * h and c back through time. sums is overwritten with the gradient of the sums and dc with that of cBefore. dh is set to
   * zero, ready to gather dgates · W_hh. A row whose sequence had ended has zero gate gradients and keeps dh and dc.
   */
  lstmBackward(
    sums: Role<"sums">,
    cBefore: Role<"cBefore">,
    c: Role<"c">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    dc: Role<"dc">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * One GRU step with the reset gate after the recurrent product (Cho et al. 2014; cuDNN's and PyTorch's form). sums [B, 3H]
   * holds x·W_ih + b_ih and recurrent [B, 3H] holds h·W_hh + b_hh, gates r z n. r ← σ(xr + hr), z ← σ(xz + hz),
   * n ← tanh(xn + r∘hn), h ← (1−z)∘n + z∘hBefore. sums is overwritten with r z n; recurrent is kept.
   */
  gruForward(
    sums: Role<"sums">,
    recurrent: Role<"recurrent">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of gruForward: sums and recurrent are overwritten with the gradients of their sums, dh with z∘dh, ready to gather
   * drecurrent · W_hh. dy, lengths: as in lstmBackward.
   */
  gruBackward(
    sums: Role<"sums">,
    recurrent: Role<"recurrent">,
    hBefore: Role<"hBefore">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * One UGRNN step (Collins, Sohl-Dickstein & Sussillo 2017). sums [B, 2H] holds the sums g n and is overwritten with σ(g) tanh(n);
   * h ← g∘hBefore + (1−g)∘n. lengths: as in lstmForward.
   */
  ugrnnForward(
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of ugrnnForward: sums is overwritten with its gradient, dh with g∘dh, ready to gather dsums · W_hh. dy, lengths: as in
   * lstmBackward.
   */
  ugrnnBackward(
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * One Elman step (Elman 1990): h ← f(sums), all [B, H]; operation is tanh or relu as numbered for `unary`.
   */
  elmanForward(
    operation: Role<"operation">,
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of elmanForward: sums ← (dy + dh)∘f′, with f′ from h; dh ← 0 where the row was active.
   */
  elmanBackward(
    operation: Role<"operation">,
    h: Role<"h">,
    sums: Role<"sums">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * One Elman step with any activation: h ← f(sums), all [B, H]. activations holds triples [code, alpha, beta], one for each
   * activation of a cell, here one. Codes, which are ONNX's functions: 0 tanh; 1 relu; 2 sigmoid; 3 affine αx + β; 4 leaky relu
   * x < 0 ? αx : x; 5 thresholded relu x < α ? 0 : x; 6 scaled tanh α·tanh(βx); 7 hard sigmoid αx + β between 0 and 1;
   * 8 elu x < 0 ? α(eˣ − 1) : x; 9 softsign x/(1 + |x|); 10 softplus log(1 + eˣ). gateClip above 0 bounds the sum that
   * enters a gate or candidate from both sides; 0 is no bound. With affine 1, 0 it serves any row that is handed on where its sequence has ended.
   */
  elmanVariantForward(
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    activations: Role<"activations">,
    gateClip: number,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of elmanVariantForward: sums ← (dy + dh)∘f′; dh ← 0 where the row was active. Here and in every kernel with
   * activations f′ follows from the result alone, and is 0 where that is f(±gateClip); leaky relu and elu need alpha ≥ 0 for it.
   */
  elmanVariantBackward(
    h: Role<"h">,
    sums: Role<"sums">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    activations: Role<"activations">,
    gateClip: number,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * The cell state of one LSTM step with every option; its output is lstmOutputForward. sums [B, 4H] holds the sums i f g o, or,
   * coupled 1, [B, 3H] the sums i g o with f = 1 − i (Greff et al. 2017). peepholes, or none: [3H] in the order i f o, coupled
   * [2H] i o (Gers & Schmidhuber 2000; Graves 2013). i ← σ(i + pᵢ∘cBefore), f ← σ(f + p_f∘cBefore), g ← tanh(g) in place,
   * c ← f∘cBefore + i∘g, all [B, H], between ±cellClip where that is above 0. activations: three triples, in place of σ, of the
   * candidate's tanh and of the output's tanh; they and gateClip are as in elmanVariantForward. o is left as it is.
   */
  lstmStateForward(
    sums: Role<"sums">,
    cBefore: Role<"cBefore">,
    c: Role<"c">,
    peepholes: Role<"peepholes">,
    activations: Role<"activations">,
    gateClip: number,
    cellClip: number,
    coupled: Role<"coupled">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of lstmStateForward, after lstmOutputBackward. dc arrives with all of c's gradient and is overwritten with that of
   * cBefore; i f g are overwritten with the gradients of their sums; dpeepholes, or none, gathers those of the peepholes i f.
   * No gradient passes where c is ±cellClip. A row whose sequence had ended has zero gate gradients and keeps dc.
   */
  lstmStateBackward(
    sums: Role<"sums">,
    cBefore: Role<"cBefore">,
    c: Role<"c">,
    peepholes: Role<"peepholes">,
    activations: Role<"activations">,
    gateClip: number,
    cellClip: number,
    coupled: Role<"coupled">,
    dc: Role<"dc">,
    dpeepholes: Role<"dpeepholes">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * The output of one LSTM step: o ← σ(o + p_o∘c) in place, h ← o∘tanh(cOut). cOut is c, or what was made of it in between, such as
   * its layer normalisation; gateClip does not bound it. A row whose sequence has ended gets hBefore, or zeros where there is
   * none. All else as in lstmStateForward.
   */
  lstmOutputForward(
    sums: Role<"sums">,
    c: Role<"c">,
    cOut: Role<"cOut">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    peepholes: Role<"peepholes">,
    activations: Role<"activations">,
    gateClip: number,
    coupled: Role<"coupled">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of lstmOutputForward: o is overwritten with the gradient of its sum, dh with zero. dcOut ← dcOut + cOut's gradient and
   * dc ← dc + c's by way of the peephole; where cOut is c, dcOut is dc. dpeepholes, or none, gathers the gradient of the
   * peephole o. A row whose sequence had ended has a zero gate gradient and keeps dh, dc and dcOut. dy: as in lstmBackward.
   */
  lstmOutputBackward(
    sums: Role<"sums">,
    c: Role<"c">,
    cOut: Role<"cOut">,
    peepholes: Role<"peepholes">,
    activations: Role<"activations">,
    gateClip: number,
    coupled: Role<"coupled">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    dc: Role<"dc">,
    dcOut: Role<"dcOut">,
    dpeepholes: Role<"dpeepholes">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * One GRU step with the reset gate after the recurrent product, as gruForward, with any activations: two triples, in place of σ
   * and of tanh. They and gateClip are as in elmanVariantForward.
   */
  gruVariantForward(
    sums: Role<"sums">,
    recurrent: Role<"recurrent">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    activations: Role<"activations">,
    gateClip: number,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of gruVariantForward, as gruBackward.
   */
  gruVariantBackward(
    sums: Role<"sums">,
    recurrent: Role<"recurrent">,
    hBefore: Role<"hBefore">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    activations: Role<"activations">,
    gateClip: number,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * The gates of one step of a cell whose candidate reads a gated h. sums [B, G·H], G = gates: 3 is the GRU with its reset gate
   * before the recurrent product (Cho et al. 2014), blocks r z n; 2 is the minimal gated unit (Zhou et al. 2016), blocks f n.
   * r and z, or f, ← σ of their sums in place; gated [B, H] ← r∘hRead, or f∘hRead, whose product with W_hn is then to be
   * added to the last block. gated is zero in a row whose sequence has ended. activations: two triples, in place of σ and of the
   * candidate's tanh; they and gateClip are as in elmanVariantForward.
   */
  gatedForward(
    sums: Role<"sums">,
    hRead: Role<"hRead">,
    gated: Role<"gated">,
    activations: Role<"activations">,
    gateClip: number,
    gates: Role<"gates">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of gatedForward, the last of the step: dgated [B, H] is dn · W_hn, dmix what gatedCandidateBackward left there. r, or
   * f, is overwritten with the gradient of its sum; dhRead ← dhRead + dgated∘r, or f, ready to gather the product of the gates' gradients.
   */
  gatedBackward(
    sums: Role<"sums">,
    hRead: Role<"hRead">,
    dgated: Role<"dgated">,
    dmix: Role<"dmix">,
    dhRead: Role<"dhRead">,
    activations: Role<"activations">,
    gateClip: number,
    gates: Role<"gates">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * The candidate of one step after gatedForward and its product: n ← tanh(sum) in place; gates 3: h ← (1−z)∘n + z∘hBefore,
   * gates 2: h ← (1−f)∘hBefore + f∘n. A row whose sequence has ended keeps its state.
   */
  gatedCandidateForward(
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    h: Role<"h">,
    activations: Role<"activations">,
    gateClip: number,
    gates: Role<"gates">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * Backward of gatedCandidateForward, the first of the step: n is overwritten with the gradient of its sum, and so is z. f stays,
   * and dmix [B, H] ← what its gradient has so far; with gates 3 dmix is not used. dh is overwritten with what goes straight to
   * hBefore. A row whose sequence had ended has zero gradients in all blocks and keeps dh. dy: as in lstmBackward.
   */
  gatedCandidateBackward(
    sums: Role<"sums">,
    hBefore: Role<"hBefore">,
    dy: Role<"dy">,
    dh: Role<"dh">,
    dmix: Role<"dmix">,
    activations: Role<"activations">,
    gateClip: number,
    gates: Role<"gates">,
    lengths: Role<"lengths">,
    t: Role<"t">,
    batch: Role<"batch">,
    hidden: Role<"hidden">,
  ): void;

  /**
   * y ← f(x), n entries. operation: 0 identity, 1 exp, 2 tanh, 3 logistic, 4 relu, 5 log, 6 square root, 7 negation, 8 square, 9 reciprocal,
   * 10 absolute value.
   */
  unary(operation: number, x: number, y: number, n: number): void;

  /**
   * dx ← dx + dy∘f′(x), given x and y = f(x).
   */
  unaryBackward(given: {
    readonly operation: number;
    readonly x: number;
    readonly y: number;
    readonly dy: number;
    readonly dx: number;
    readonly n: number;
  }): void;

  /**
   * y [m, n] ← a ∘ b with strides for broadcasting: entry (i, j) of a stands at a[i·aRow + j·aCol], aCol 0 or 1.
   * operation: 0 a + b, 1 a − b, 2 a·b, 3 a/b, 4 the larger, 5 the smaller (NaN if either is), 6 aᵇ; 7 a > b, 8 a ≥ b and 9 a = b as 1 or 0;
   * 10 a where b is not 0, else 0, whatever a is. y may be a or b where their strides are those of y.
   */
  binary(given: {
    readonly operation: number;
    readonly a: number;
    /** n if not given. */
    readonly aRow?: number;
    /** 1 if not given. */
    readonly aCol?: number;
    readonly b: number;
    /** n if not given. */
    readonly bRow?: number;
    /** 1 if not given. */
    readonly bCol?: number;
    readonly y: number;
    /** 1 if not given. */
    readonly m?: number;
    readonly n: number;
  }): void;

  /**
   * slopes [m, n] ← dy [m, n] ∘ the partial derivative of binary's operations 2 to 6 and 10 with respect to a (operand 0) or b (operand 1).
   * Of two equal operands a is the larger, and the smaller. The slope of aᵇ in b is 0 where a is 0; that of operation 10 in b is 0.
   */
  binarySlopes(given: {
    readonly operation: number;
    readonly operand: number;
    readonly a: number;
    /** n if not given. */
    readonly aRow?: number;
    /** 1 if not given. */
    readonly aCol?: number;
    readonly b: number;
    /** n if not given. */
    readonly bRow?: number;
    /** 1 if not given. */
    readonly bCol?: number;
    readonly dy: number;
    readonly slopes: number;
    /** 1 if not given. */
    readonly m?: number;
    readonly n: number;
  }): void;

  /**
   * y ← y + factor·x, n entries.
   */
  addScaled(x: number, factor: number, y: number, n: number): void;

  /**
   * x ← factor·x, n entries.
   */
  scale(x: number, factor: number, n: number): void;

  /**
   * y ← y + rate·(x − y), n entries: a step of that share of the way towards x.
   */
  approach(x: number, rate: number, y: number, n: number): void;

  /**
   * x ← value, n entries.
   */
  fill(x: number, value: number, n: number): void;

  /**
   * Copies [m, n] between row strides; accumulate 1 adds.
   */
  copyRows(given: {
    readonly x: number;
    /** n if not given. */
    readonly xRow?: number;
    readonly y: number;
    /** n if not given. */
    readonly yRow?: number;
    /** 1 if not given. */
    readonly m?: number;
    readonly n: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * sums [n] ← sums + Σ over rows of x [m, n].
   */
  sumRows(given: {
    readonly x: number;
    /** n if not given. */
    readonly xRow?: number;
    readonly sums: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * sums [m] ← sums + factor · Σ over columns of x [m, n].
   */
  sumColumns(given: {
    readonly x: number;
    /** n if not given. */
    readonly xRow?: number;
    /** 1 if not given. */
    readonly factor?: number;
    readonly sums: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * Σ x², taken over sixteen lanes in float32 and added up in double.
   */
  sumOfSquares(x: number, n: number): number;

  /**
   * Index of the first entry that is not finite, or −1.
   */
  firstNotFinite(x: number, n: number): number;

  /**
   * ys [n, width] ← rows ids of table; an id outside [0, rows) gives a row of zeros.
   */
  gatherRows(given: {
    readonly table: number;
    readonly ids: number;
    readonly ys: number;
    readonly n: number;
    readonly width: number;
    readonly rows: number;
  }): void;

  /**
   * dtable rows ids ← dtable + dys, in the order of ids.
   */
  scatterAddRows(given: {
    readonly dys: number;
    readonly ids: number;
    readonly dtable: number;
    readonly n: number;
    readonly width: number;
    readonly rows: number;
  }): void;

  /**
   * The first of n whole numbers that is neither one of 0 to count − 1 nor ignored, which NaN says of none; NaN if there is none.
   */
  firstOutside(ids: number, n: number, count: number, ignored: number): number;

  /**
   * How many of n whole numbers are value.
   */
  countOf(ids: number, value: number, n: number): number;

  /**
   * Cross-entropy of each row of logits [m, n] with its target: losses [m] in nats, logSums [m] the log of Σ exp. A target equal
   * to ignoreIndex gives 0. Smoothing ε mixes the target with the uniform distribution (Szegedy et al. 2016):
   * (1−ε)·(logSum − x[target]) + ε·(logSum − mean x).
   */
  crossEntropy(given: {
    readonly logits: number;
    readonly targets: number;
    readonly losses: number;
    readonly logSums: number;
    readonly ignoreIndex: number;
    readonly smoothing: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * dlogits ← dlogits + dlosses [m] ∘ (softmax − smoothed target); accumulate 0 overwrites.
   */
  crossEntropyBackward(given: {
    readonly logits: number;
    readonly targets: number;
    readonly logSums: number;
    readonly dlosses: number;
    readonly dlogits: number;
    readonly ignoreIndex: number;
    readonly smoothing: number;
    readonly m: number;
    readonly n: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * Layer normalisation (Ba, Kiros & Hinton 2016) of each row of x [m, n]: y ← (x − mean)/√(variance + epsilon) ∘ weight + bias.
   * statistics [m, 2] keeps mean and 1/√(variance + epsilon).
   */
  layerNorm(given: {
    readonly x: number;
    readonly weight: number;
    readonly bias: number;
    readonly y: number;
    readonly statistics: number;
    readonly epsilon: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * dx, dweight and dbias gather the gradients of layerNorm.
   */
  layerNormBackward(given: {
    readonly x: number;
    readonly weight: number;
    readonly statistics: number;
    readonly dy: number;
    readonly dx: number;
    readonly dweight: number;
    readonly dbias: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * Inverted dropout (Srivastava et al. 2014): y ← x∘mask/keep over x [steps, rows, width] (accumulate 1: y + …). The mask entry at
   * step t, row r and unit u is word (u div 16) mod 4 of Philox4x32-10 at counter (16·(u div 64) + u mod 16, firstRow + r, t, place)
   * and key (seed, draw), kept where its upper 24 bits are below keep·2²⁴. locked 1 uses step 0's mask at every step (Gal & Ghahramani 2016).
   */
  dropout(given: {
    readonly x: number;
    readonly y: number;
    readonly keep: number;
    readonly seed: number;
    readonly draw: number;
    readonly place: number;
    readonly firstRow: number;
    readonly locked: number;
    readonly steps: number;
    readonly rows: number;
    readonly width: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * Gaussian noise (Graves 2013): y ← x + deviation·ε, n entries. Entry j takes word w = (j div 16) mod 4 of Philox4x32-10 at counter
   * (16·(j div 64) + j mod 16, 0, 0, place) and key (seed, draw): by Box & Muller (1958) words 0 and 1 give the ε of w = 0 and w = 1,
   * words 2 and 3 the others: √(−2 ln u)·cos θ and √(−2 ln u)·sin θ with u = (⌊word/2⁸⌋ + 1)·2⁻²⁴, θ = (⌊next word/2⁸⌋ − 2²¹)·2π·2⁻²⁴.
   */
  gaussianNoise(given: {
    readonly x: number;
    readonly y: number;
    readonly deviation: number;
    readonly seed: number;
    readonly draw: number;
    readonly place: number;
    readonly n: number;
  }): void;

  /**
   * Stochastic gradient descent with (Nesterov) momentum, PyTorch's form: g ← g + weightDecay·w; velocity ← momentum·velocity + g;
   * w ← w − learningRate·(nesterov ? g + momentum·velocity : velocity). velocity is none where momentum is 0.
   */
  sgd(given: {
    readonly w: number;
    readonly g: number;
    /** 0 if not given. */
    readonly velocity?: number;
    readonly learningRate: number;
    /** 0 if not given. */
    readonly momentum?: number;
    /** 0 if not given. */
    readonly weightDecay?: number;
    /** 0 if not given. */
    readonly nesterov?: number;
    readonly n: number;
  }): void;

  /**
   * Adam (Kingma & Ba 2015), decoupled 1: AdamW (Loshchilov & Hutter 2019). correction1 = 1 − β₁ᵗ, correction2 = 1 − β₂ᵗ.
   */
  adam(given: {
    readonly w: number;
    readonly g: number;
    readonly mean: number;
    readonly square: number;
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    /** 0 if not given. */
    readonly weightDecay?: number;
    /** 0 if not given. */
    readonly decoupled?: number;
    readonly correction1: number;
    readonly correction2: number;
    readonly n: number;
  }): void;

  /**
   * RMSprop (Hinton 2012, lecture 6e), PyTorch's form: square ← α·square + (1−α)·g²; w ← w − learningRate·g/(√square + epsilon),
   * through velocity where momentum is not 0.
   */
  rmsprop(given: {
    readonly w: number;
    readonly g: number;
    readonly square: number;
    /** 0 if not given. */
    readonly velocity?: number;
    readonly learningRate: number;
    readonly alpha: number;
    readonly epsilon: number;
    /** 0 if not given. */
    readonly momentum?: number;
    /** 0 if not given. */
    readonly weightDecay?: number;
    readonly n: number;
  }): void;

  /**
   * As `packedSize`, for `packNarrow`.
   */
  packedNarrowSize(precision: number, k: number, n: number): number;

  /**
   * As `pack`, in fewer bits, which `gemm` finds in the copy itself: precision 1 rounds to the nearest IEEE 754 half, 2 to the nearest
   * whole number of steps from −127 to 127, a step being scales [n] of its column. Entries are finite; those of a half below 65520.
   */
  packNarrow(given: {
    readonly precision: number;
    readonly b: number;
    /** n if not given. */
    readonly bRow?: number;
    /** 1 if not given. */
    readonly bCol?: number;
    /** 0 if not given. */
    readonly scales?: number;
    readonly packed: number;
    readonly k: number;
    readonly n: number;
  }): void;

  /**
   * ys [count, k] ← columns ids of a packed B [k, n], widened; an id outside [0, n) gives a row of zeros.
   */
  gatherPacked(given: {
    readonly packed: number;
    readonly ids: number;
    readonly ys: number;
    readonly count: number;
    readonly k: number;
    readonly n: number;
  }): void;

  /**
   * y ← the entries of x at steps: layout is the lengths of `rank` axes, then the step in x from one entry of each axis to its next, which
   * may be 0 or below. y is row-major; accumulate 1 adds.
   */
  gatherSteps(given: {
    readonly x: number;
    readonly layout: number;
    readonly y: number;
    readonly rank: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * The transpose of gatherSteps: x ← x + y, each entry where it came from.
   */
  scatterAddSteps(y: number, layout: number, x: number, rank: number): void;

  /**
   * y ← x, whole numbers as numbers, n entries.
   */
  widen(x: number, y: number, n: number): void;

  /**
   * y [groups, ·] ← bias [groups] + dots of weights [groups, channels·entries] with what stands in x [groups, channels, size] at places
   * [rows, entries] of each channel; where a place is below 0, there is nothing. Row i goes to entry outputs[i] (i where there are none) of
   * the `positions` that a group has in y. Sums are taken in double, in the order of the weights, and rounded once.
   */
  gatherDots(given: {
    readonly x: number;
    readonly places: number;
    readonly weights: number;
    /** 0 if not given. */
    readonly bias?: number;
    /** 0 if not given. */
    readonly outputs?: number;
    readonly y: number;
    readonly groups: number;
    readonly channels: number;
    readonly size: number;
    readonly entries: number;
    readonly rows: number;
    readonly positions: number;
  }): void;

  /**
   * Makes `count` calls of kernels that stand as words in `calls`, at `place` in the heap: of each its number in this table, from 0, and
   * its arguments in order, a double as two words, the lower half first.
   */
  replay(calls: number, place: number, count: number): void;

  /**
   * Σ x, n entries, added up in double from the first to the last.
   */
  total(x: number, n: number): number;

  /**
   * marks [m] ← 1 for each row of x [m, n] of which some entry is not value, 0 for the others. whole 1: x holds
   * whole numbers.
   */
  markRows(given: {
    readonly x: number;
    readonly value: number;
    /** 0 if not given. */
    readonly whole?: number;
    readonly marks: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * y [m, n] ← softmax of each row of x; logarithm 1: its natural logarithm.
   */
  softmax(given: {
    readonly x: number;
    readonly y: number;
    readonly m: number;
    readonly n: number;
    readonly logarithm: number;
  }): void;

  /**
   * dx ← dx + the gradient of softmax, given y and dy; logarithm as in softmax.
   */
  softmaxBackward(given: {
    readonly y: number;
    readonly dy: number;
    readonly dx: number;
    readonly m: number;
    readonly n: number;
    readonly logarithm: number;
  }): void;

  /**
   * y [m] ← the natural logarithm of Σ exp of each row of x [m, n].
   */
  logSumExp(x: number, y: number, m: number, n: number): void;

  /**
   * dx ← dx + dy [m] ∘ exp(x − y), given y. A row whose y is infinite gets nothing.
   */
  logSumExpBackward(given: {
    readonly x: number;
    readonly y: number;
    readonly dy: number;
    readonly dx: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * patches [groups, images·outHeight·outWidth, channels·kernelHeight·kernelWidth] ← what a window sees of x
   * [images, groups·channels, height, width] at each of its places, `fill` where that is outside. window: fifteen whole numbers:
   * images groups channels (of a group) height width kernelHeight kernelWidth strideY strideX dilationY dilationX top left (padding)
   * outHeight outWidth. A sequence is an image of height 1.
   */
  unfold(x: number, window: number, fill: number, patches: number): void;

  /**
   * The transpose of unfold: x ← x + patches, each entry where it came from; those from outside are left out.
   */
  fold(patches: number, window: number, x: number): void;

  /**
   * logs [m, count] ← the largest entries of log softmax of each row of x [m, n], falling, equal ones by place, and places [m, count] where in
   * their row they are; count is at most n. A row that has a NaN gives NaN.
   */
  likeliest(given: {
    readonly x: number;
    readonly logs: number;
    readonly places: number;
    readonly m: number;
    readonly n: number;
    readonly count: number;
  }): void;

  /**
   * y [count, n, m] ← the transposes of x [count, m, n]; accumulate 1 adds.
   */
  transpose(given: {
    readonly x: number;
    readonly y: number;
    /** 1 if not given. */
    readonly count?: number;
    readonly m: number;
    readonly n: number;
    /** 0 if not given. */
    readonly accumulate?: number;
  }): void;

  /**
   * y [m] ← the largest entry of each row of x [m, n], the first of its kind or the first NaN, and places [m] where in its row it is.
   */
  rowMaxima(given: {
    readonly x: number;
    readonly y: number;
    readonly places: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * dx [m, n] ← dx + dy [m] at places.
   */
  rowMaximaBackward(given: {
    readonly dy: number;
    readonly places: number;
    readonly dx: number;
    readonly m: number;
    readonly n: number;
  }): void;

  /**
   * moments [2, channels] ← mean and variance (divided by the count) of each channel of x [images, channels, positions].
   */
  batchMoments(given: {
    readonly x: number;
    readonly moments: number;
    readonly images: number;
    readonly channels: number;
    readonly positions: number;
  }): void;

  /**
   * Batch normalisation (Ioffe & Szegedy 2015) of x [images, channels, positions]: y ← (x − mean)/√(variance + epsilon) ∘ weight + bias.
   */
  batchNorm(given: {
    readonly x: number;
    readonly moments: number;
    readonly weight: number;
    readonly bias: number;
    readonly y: number;
    readonly epsilon: number;
    readonly images: number;
    readonly channels: number;
    readonly positions: number;
  }): void;

  /**
   * dx, dweight and dbias gather the gradients of batchNorm, moments being those of x, or with constant 1 given ones.
   */
  batchNormBackward(given: {
    readonly x: number;
    readonly moments: number;
    readonly weight: number;
    readonly dy: number;
    readonly dx: number;
    readonly dweight: number;
    readonly dbias: number;
    readonly epsilon: number;
    readonly constant: number;
    readonly images: number;
    readonly channels: number;
    readonly positions: number;
  }): void;

  /**
   * Binary cross-entropy with logits, per entry: losses ← max(x, 0) − x·target + log(1 + exp(−|x|)), nats.
   */
  binaryCrossEntropy(logits: number, targets: number, losses: number, n: number): void;

  /**
   * dlogits ← dlogits + dlosses ∘ (σ(x) − target).
   */
  binaryCrossEntropyBackward(given: {
    readonly logits: number;
    readonly targets: number;
    readonly dlosses: number;
    readonly dlogits: number;
    readonly n: number;
  }): void;

  /**
   * Connectionist temporal classification (Graves et al. 2006) of one sequence: −ln p(targets | logits) in nats, infinite where no alignment is
   * possible. Step t of the logits stands at logits[t·row], of n classes; targets [length] has no blank. logSums [steps] ← log Σ exp;
   * alphas ← what the backward pass reads, [steps, 2·length + 2], or with keep 0 [2, 2·length + 2]. room: 4·length + 2 entries.
   */
  ctcForward(given: {
    readonly logits: number;
    /** n if not given. */
    readonly row?: number;
    readonly targets: number;
    readonly logSums: number;
    readonly alphas: number;
    readonly room: number;
    readonly blank: number;
    readonly keep: number;
    readonly steps: number;
    readonly length: number;
    readonly n: number;
  }): number;

  /**
   * Backward of ctcForward with keep 1: dlogits, whose steps stand as those of the logits, ← dlogits + dloss [1] ∘ (softmax − the share of the
   * alignments that are at a class); where none is possible, softmax alone. room: 8·length + 7 entries.
   */
  ctcBackward(given: {
    readonly logits: number;
    /** n if not given. */
    readonly row?: number;
    readonly targets: number;
    readonly logSums: number;
    readonly alphas: number;
    readonly dloss: number;
    readonly dlogits: number;
    readonly room: number;
    readonly blank: number;
    readonly steps: number;
    readonly length: number;
    readonly n: number;
  }): void;

  /**
   * Logarithms of the probabilities that a transducer (Graves 2012) takes its moves with: logits [steps, length + 1, n], steps `row` apart;
   * targets [length] has no blank. scores [steps, 2, length + 1] ← of the blank and of the target's label at each place, of which there is
   * none at the last; logSums [steps, length + 1] ← log Σ exp.
   */
  transducerScores(given: {
    readonly logits: number;
    readonly row: number;
    readonly targets: number;
    readonly logSums: number;
    readonly scores: number;
    readonly blank: number;
    readonly steps: number;
    readonly length: number;
    readonly n: number;
  }): void;

  /**
   * −ln of the sum over all alignments of one sequence by its scores, in nats; infinite where none is possible. counts, or none:
   * [steps, 2, length + 1] ← how often alignments take each move, which may be scores. alphas: room for (steps + 1)·(length + 2) entries, or
   * without counts 2·(length + 2).
   */
  transducerAlignments(given: {
    readonly scores: number;
    readonly alphas: number;
    /** 0 if not given. */
    readonly counts?: number;
    readonly steps: number;
    readonly length: number;
  }): number;

  /**
   * The gradient of transducerAlignments with respect to the logits of transducerScores: dlogits, which stands as the logits, ← dlogits +
   * dloss [1] ∘ (the counts of both moves ∘ softmax − the counts of each).
   */
  transducerBackward(given: {
    readonly logits: number;
    readonly row: number;
    readonly targets: number;
    readonly logSums: number;
    readonly counts: number;
    readonly dloss: number;
    readonly dlogits: number;
    readonly blank: number;
    readonly steps: number;
    readonly length: number;
    readonly n: number;
  }): void;
}
