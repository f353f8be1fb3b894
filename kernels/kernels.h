// The kernel contract: every function here exists for each instruction set. This header is the one table of exports: the
// build reads the declarations below and writes from them the WebAssembly exports, the addon's bindings and the TypeScript
// interface, so nothing is declared twice. Keep each declaration to `void|int|double name(type name, ...);`, its comment above.
//
// Pointers are element offsets into the heap for callers; offset 0 means none. Matrices are row-major unless strides are
// given. Letters are those of docs/notation.md.
//
// TypeScript calls a kernel of more than four arguments by name, `gemm({ a, packed, c, m, n, k })`; those of a cell's step have types by
// role instead. The comment behind a parameter is what it is where such a call does not give it.
#pragma once

/// Elements that `pack` writes for a matrix of k rows and n columns. The layout is the backend's own.
int packedSize(int k, int n);

/// packed ← B [k, n], whose entry (i, j) stands at b[i·bRow + j·bCol]; strides let a transpose be packed without a copy.
void pack(const float* b, int bRow /* n */, int bCol /* 1 */, float* packed, int k, int n);

/// C [m, n] ← A [m, k] · B + bias [n], or C + A · B where accumulate is 1. A's entry (i, j) stands at a[i·aRow + j·aCol].
void gemm(const float* a, int aRow /* k */, int aCol /* 1 */, const float* packed, const float* bias /* 0 */, float* c, int cRow /* n */, int m, int n, int k, int accumulate /* 0 */);

/// One LSTM step (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000) after its products. sums [B, 4H] holds the
/// sums i f g o and is overwritten with σ(i) σ(f) tanh(g) σ(o); c ← f∘cBefore + i∘g; h ← o∘tanh(c). All [B, H].
/// Where lengths is given, a row with lengths[b] ≤ t keeps its state.
void lstmForward(float* sums, const float* cBefore, float* c, const float* hBefore, float* h, const int* lengths, int t, int batch, int hidden);

/// Backward of lstmForward. dy [B, H] (or none) is the gradient of this step's output; dh and dc [B, H] carry the gradient of
/// h and c back through time. sums is overwritten with the gradient of the sums and dc with that of cBefore. dh is set to
/// zero, ready to gather dgates · W_hh. A row whose sequence had ended has zero gate gradients and keeps dh and dc.
void lstmBackward(float* sums, const float* cBefore, const float* c, const float* dy, float* dh, float* dc, const int* lengths, int t, int batch, int hidden);

/// One GRU step with the reset gate after the recurrent product (Cho et al. 2014; cuDNN's and PyTorch's form). sums [B, 3H]
/// holds x·W_ih + b_ih and recurrent [B, 3H] holds h·W_hh + b_hh, gates r z n. r ← σ(xr + hr), z ← σ(xz + hz),
/// n ← tanh(xn + r∘hn), h ← (1−z)∘n + z∘hBefore. sums is overwritten with r z n; recurrent is kept.
void gruForward(float* sums, const float* recurrent, const float* hBefore, float* h, const int* lengths, int t, int batch, int hidden);

/// Backward of gruForward: sums and recurrent are overwritten with the gradients of their sums, dh with z∘dh, ready to gather
/// drecurrent · W_hh. dy, lengths: as in lstmBackward.
void gruBackward(float* sums, float* recurrent, const float* hBefore, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden);

/// One UGRNN step (Collins, Sohl-Dickstein & Sussillo 2017). sums [B, 2H] holds the sums g n and is overwritten with σ(g) tanh(n);
/// h ← g∘hBefore + (1−g)∘n. lengths: as in lstmForward.
void ugrnnForward(float* sums, const float* hBefore, float* h, const int* lengths, int t, int batch, int hidden);

/// Backward of ugrnnForward: sums is overwritten with its gradient, dh with g∘dh, ready to gather dsums · W_hh. dy, lengths: as in
/// lstmBackward.
void ugrnnBackward(float* sums, const float* hBefore, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden);

/// One Elman step (Elman 1990): h ← f(sums), all [B, H]; operation is tanh or relu as numbered for `unary`.
void elmanForward(int operation, const float* sums, const float* hBefore, float* h, const int* lengths, int t, int batch, int hidden);

/// Backward of elmanForward: sums ← (dy + dh)∘f′, with f′ from h; dh ← 0 where the row was active.
void elmanBackward(int operation, const float* h, float* sums, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden);

/// One Elman step with any activation: h ← f(sums), all [B, H]. activations holds triples [code, alpha, beta], one for each
/// activation of a cell, here one. Codes, which are ONNX's functions: 0 tanh; 1 relu; 2 sigmoid; 3 affine αx + β; 4 leaky relu
/// x < 0 ? αx : x; 5 thresholded relu x < α ? 0 : x; 6 scaled tanh α·tanh(βx); 7 hard sigmoid αx + β between 0 and 1;
/// 8 elu x < 0 ? α(eˣ − 1) : x; 9 softsign x/(1 + |x|); 10 softplus log(1 + eˣ). gateClip above 0 bounds the sum that
/// enters a gate or candidate from both sides; 0 is no bound. With affine 1, 0 it serves any row that is handed on where its sequence has ended.
void elmanVariantForward(const float* sums, const float* hBefore, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden);

/// Backward of elmanVariantForward: sums ← (dy + dh)∘f′; dh ← 0 where the row was active. Here and in every kernel with
/// activations f′ follows from the result alone, and is 0 where that is f(±gateClip); leaky relu and elu need alpha ≥ 0 for it.
void elmanVariantBackward(const float* h, float* sums, const float* dy, float* dh, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden);

/// The cell state of one LSTM step with every option; its output is lstmOutputForward. sums [B, 4H] holds the sums i f g o, or,
/// coupled 1, [B, 3H] the sums i g o with f = 1 − i (Greff et al. 2017). peepholes, or none: [3H] in the order i f o, coupled
/// [2H] i o (Gers & Schmidhuber 2000; Graves 2013). i ← σ(i + pᵢ∘cBefore), f ← σ(f + p_f∘cBefore), g ← tanh(g) in place,
/// c ← f∘cBefore + i∘g, all [B, H], between ±cellClip where that is above 0. activations: three triples, in place of σ, of the
/// candidate's tanh and of the output's tanh; they and gateClip are as in elmanVariantForward. o is left as it is.
void lstmStateForward(float* sums, const float* cBefore, float* c, const float* peepholes, const float* activations, double gateClip, double cellClip, int coupled, const int* lengths, int t, int batch, int hidden);

/// Backward of lstmStateForward, after lstmOutputBackward. dc arrives with all of c's gradient and is overwritten with that of
/// cBefore; i f g are overwritten with the gradients of their sums; dpeepholes, or none, gathers those of the peepholes i f.
/// No gradient passes where c is ±cellClip. A row whose sequence had ended has zero gate gradients and keeps dc.
void lstmStateBackward(float* sums, const float* cBefore, const float* c, const float* peepholes, const float* activations, double gateClip, double cellClip, int coupled, float* dc, float* dpeepholes, const int* lengths, int t, int batch, int hidden);

/// The output of one LSTM step: o ← σ(o + p_o∘c) in place, h ← o∘tanh(cOut). cOut is c, or what was made of it in between, such as
/// its layer normalisation; gateClip does not bound it. A row whose sequence has ended gets hBefore, or zeros where there is
/// none. All else as in lstmStateForward.
void lstmOutputForward(float* sums, const float* c, const float* cOut, const float* hBefore, float* h, const float* peepholes, const float* activations, double gateClip, int coupled, const int* lengths, int t, int batch, int hidden);

/// Backward of lstmOutputForward: o is overwritten with the gradient of its sum, dh with zero. dcOut ← dcOut + cOut's gradient and
/// dc ← dc + c's by way of the peephole; where cOut is c, dcOut is dc. dpeepholes, or none, gathers the gradient of the
/// peephole o. A row whose sequence had ended has a zero gate gradient and keeps dh, dc and dcOut. dy: as in lstmBackward.
void lstmOutputBackward(float* sums, const float* c, const float* cOut, const float* peepholes, const float* activations, double gateClip, int coupled, const float* dy, float* dh, float* dc, float* dcOut, float* dpeepholes, const int* lengths, int t, int batch, int hidden);

/// One GRU step with the reset gate after the recurrent product, as gruForward, with any activations: two triples, in place of σ
/// and of tanh. They and gateClip are as in elmanVariantForward.
void gruVariantForward(float* sums, const float* recurrent, const float* hBefore, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden);

/// Backward of gruVariantForward, as gruBackward.
void gruVariantBackward(float* sums, float* recurrent, const float* hBefore, const float* dy, float* dh, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden);

/// The gates of one step of a cell whose candidate reads a gated h. sums [B, G·H], G = gates: 3 is the GRU with its reset gate
/// before the recurrent product (Cho et al. 2014), blocks r z n; 2 is the minimal gated unit (Zhou et al. 2016), blocks f n.
/// r and z, or f, ← σ of their sums in place; gated [B, H] ← r∘hRead, or f∘hRead, whose product with W_hn is then to be
/// added to the last block. gated is zero in a row whose sequence has ended. activations: two triples, in place of σ and of the
/// candidate's tanh; they and gateClip are as in elmanVariantForward.
void gatedForward(float* sums, const float* hRead, float* gated, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden);

/// Backward of gatedForward, the last of the step: dgated [B, H] is dn · W_hn, dmix what gatedCandidateBackward left there. r, or
/// f, is overwritten with the gradient of its sum; dhRead ← dhRead + dgated∘r, or f, ready to gather the product of the gates' gradients.
void gatedBackward(float* sums, const float* hRead, const float* dgated, const float* dmix, float* dhRead, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden);

/// The candidate of one step after gatedForward and its product: n ← tanh(sum) in place; gates 3: h ← (1−z)∘n + z∘hBefore,
/// gates 2: h ← (1−f)∘hBefore + f∘n. A row whose sequence has ended keeps its state.
void gatedCandidateForward(float* sums, const float* hBefore, float* h, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden);

/// Backward of gatedCandidateForward, the first of the step: n is overwritten with the gradient of its sum, and so is z. f stays,
/// and dmix [B, H] ← what its gradient has so far; with gates 3 dmix is not used. dh is overwritten with what goes straight to
/// hBefore. A row whose sequence had ended has zero gradients in all blocks and keeps dh. dy: as in lstmBackward.
void gatedCandidateBackward(float* sums, const float* hBefore, const float* dy, float* dh, float* dmix, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden);

/// y ← f(x), n entries. operation: 0 identity, 1 exp, 2 tanh, 3 logistic, 4 relu, 5 log, 6 square root, 7 negation, 8 square, 9 reciprocal,
/// 10 absolute value.
void unary(int operation, const float* x, float* y, int n);

/// dx ← dx + dy∘f′(x), given x and y = f(x).
void unaryBackward(int operation, const float* x, const float* y, const float* dy, float* dx, int n);

/// y [m, n] ← a ∘ b with strides for broadcasting: entry (i, j) of a stands at a[i·aRow + j·aCol], aCol 0 or 1.
/// operation: 0 a + b, 1 a − b, 2 a·b, 3 a/b, 4 the larger, 5 the smaller (NaN if either is), 6 aᵇ; 7 a > b, 8 a ≥ b and 9 a = b as 1 or 0;
/// 10 a where b is not 0, else 0, whatever a is. y may be a or b where their strides are those of y.
void binary(int operation, const float* a, int aRow /* n */, int aCol /* 1 */, const float* b, int bRow /* n */, int bCol /* 1 */, float* y, int m /* 1 */, int n);

/// slopes [m, n] ← dy [m, n] ∘ the partial derivative of binary's operations 2 to 6 and 10 with respect to a (operand 0) or b (operand 1).
/// Of two equal operands a is the larger, and the smaller. The slope of aᵇ in b is 0 where a is 0; that of operation 10 in b is 0.
void binarySlopes(int operation, int operand, const float* a, int aRow /* n */, int aCol /* 1 */, const float* b, int bRow /* n */, int bCol /* 1 */, const float* dy, float* slopes, int m /* 1 */, int n);

/// y ← y + factor·x, n entries.
void addScaled(const float* x, double factor, float* y, int n);

/// x ← factor·x, n entries.
void scale(float* x, double factor, int n);

/// y ← y + rate·(x − y), n entries: a step of that share of the way towards x.
void approach(const float* x, double rate, float* y, int n);

/// x ← value, n entries.
void fill(float* x, double value, int n);

/// Copies [m, n] between row strides; accumulate 1 adds.
void copyRows(const float* x, int xRow /* n */, float* y, int yRow /* n */, int m /* 1 */, int n, int accumulate /* 0 */);

/// sums [n] ← sums + Σ over rows of x [m, n].
void sumRows(const float* x, int xRow /* n */, float* sums, int m, int n);

/// sums [m] ← sums + factor · Σ over columns of x [m, n].
void sumColumns(const float* x, int xRow /* n */, double factor /* 1 */, float* sums, int m, int n);

/// Σ x², taken over sixteen lanes in float32 and added up in double.
double sumOfSquares(const float* x, int n);

/// Index of the first entry that is not finite, or −1.
int firstNotFinite(const float* x, int n);

/// ys [n, width] ← rows ids of table; an id outside [0, rows) gives a row of zeros.
void gatherRows(const float* table, const int* ids, float* ys, int n, int width, int rows);

/// dtable rows ids ← dtable + dys, in the order of ids.
void scatterAddRows(const float* dys, const int* ids, float* dtable, int n, int width, int rows);

/// The first of n whole numbers that is neither one of 0 to count − 1 nor ignored, which NaN says of none; NaN if there is none.
double firstOutside(const int* ids, int n, int count, double ignored);

/// How many of n whole numbers are value.
int countOf(const int* ids, int value, int n);

/// Cross-entropy of each row of logits [m, n] with its target: losses [m] in nats, logSums [m] the log of Σ exp. A target equal
/// to ignoreIndex gives 0. Smoothing ε mixes the target with the uniform distribution (Szegedy et al. 2016):
/// (1−ε)·(logSum − x[target]) + ε·(logSum − mean x).
void crossEntropy(const float* logits, const int* targets, float* losses, float* logSums, int ignoreIndex, double smoothing, int m, int n);

/// dlogits ← dlogits + dlosses [m] ∘ (softmax − smoothed target); accumulate 0 overwrites.
void crossEntropyBackward(const float* logits, const int* targets, const float* logSums, const float* dlosses, float* dlogits, int ignoreIndex, double smoothing, int m, int n, int accumulate /* 0 */);

/// Layer normalisation (Ba, Kiros & Hinton 2016) of each row of x [m, n]: y ← (x − mean)/√(variance + epsilon) ∘ weight + bias.
/// statistics [m, 2] keeps mean and 1/√(variance + epsilon).
void layerNorm(const float* x, const float* weight, const float* bias, float* y, float* statistics, double epsilon, int m, int n);

/// dx, dweight and dbias gather the gradients of layerNorm.
void layerNormBackward(const float* x, const float* weight, const float* statistics, const float* dy, float* dx, float* dweight, float* dbias, int m, int n);

/// Inverted dropout (Srivastava et al. 2014): y ← x∘mask/keep over x [steps, rows, width] (accumulate 1: y + …). The mask entry at
/// step t, row r and unit u is word (u div 16) mod 4 of Philox4x32-10 at counter (16·(u div 64) + u mod 16, firstRow + r, t, place)
/// and key (seed, draw), kept where its upper 24 bits are below keep·2²⁴. locked 1 uses step 0's mask at every step (Gal & Ghahramani 2016).
void dropout(const float* x, float* y, double keep, int seed, int draw, int place, int firstRow, int locked, int steps, int rows, int width, int accumulate /* 0 */);

/// Gaussian noise (Graves 2013): y ← x + deviation·ε, n entries. Entry j takes word w = (j div 16) mod 4 of Philox4x32-10 at counter
/// (16·(j div 64) + j mod 16, 0, 0, place) and key (seed, draw): by Box & Muller (1958) words 0 and 1 give the ε of w = 0 and w = 1,
/// words 2 and 3 the others: √(−2 ln u)·cos θ and √(−2 ln u)·sin θ with u = (⌊word/2⁸⌋ + 1)·2⁻²⁴, θ = (⌊next word/2⁸⌋ − 2²¹)·2π·2⁻²⁴.
void gaussianNoise(const float* x, float* y, double deviation, int seed, int draw, int place, int n);

/// Stochastic gradient descent with (Nesterov) momentum, PyTorch's form: g ← g + weightDecay·w; velocity ← momentum·velocity + g;
/// w ← w − learningRate·(nesterov ? g + momentum·velocity : velocity). velocity is none where momentum is 0.
void sgd(float* w, const float* g, float* velocity /* 0 */, double learningRate, double momentum /* 0 */, double weightDecay /* 0 */, int nesterov /* 0 */, int n);

/// Adam (Kingma & Ba 2015), decoupled 1: AdamW (Loshchilov & Hutter 2019). correction1 = 1 − β₁ᵗ, correction2 = 1 − β₂ᵗ.
void adam(float* w, const float* g, float* mean, float* square, double learningRate, double beta1, double beta2, double epsilon, double weightDecay /* 0 */, int decoupled /* 0 */, double correction1, double correction2, int n);

/// RMSprop (Hinton 2012, lecture 6e), PyTorch's form: square ← α·square + (1−α)·g²; w ← w − learningRate·g/(√square + epsilon),
/// through velocity where momentum is not 0.
void rmsprop(float* w, const float* g, float* square, float* velocity /* 0 */, double learningRate, double alpha, double epsilon, double momentum /* 0 */, double weightDecay /* 0 */, int n);

// What follows is the rest: training and running a plain language model calls none of it, so a page that does no more does not fetch it.

/// As `packedSize`, for `packNarrow`.
int packedNarrowSize(int precision, int k, int n);

/// As `pack`, in fewer bits, which `gemm` finds in the copy itself: precision 1 rounds to the nearest IEEE 754 half, 2 to the nearest
/// whole number of steps from −127 to 127, a step being scales [n] of its column. Entries are finite; those of a half below 65520.
void packNarrow(int precision, const float* b, int bRow /* n */, int bCol /* 1 */, const float* scales /* 0 */, float* packed, int k, int n);

/// ys [count, k] ← columns ids of a packed B [k, n], widened; an id outside [0, n) gives a row of zeros.
void gatherPacked(const float* packed, const int* ids, float* ys, int count, int k, int n);

/// y ← the entries of x at steps: layout is the lengths of `rank` axes, then the step in x from one entry of each axis to its next, which
/// may be 0 or below. y is row-major; accumulate 1 adds.
void gatherSteps(const float* x, const int* layout, float* y, int rank, int accumulate /* 0 */);

/// The transpose of gatherSteps: x ← x + y, each entry where it came from.
void scatterAddSteps(const float* y, const int* layout, float* x, int rank);

/// y ← x, whole numbers as numbers, n entries.
void widen(const int* x, float* y, int n);

/// y [groups, ·] ← bias [groups] + dots of weights [groups, channels·entries] with what stands in x [groups, channels, size] at places
/// [rows, entries] of each channel; where a place is below 0, there is nothing. Row i goes to entry outputs[i] (i where there are none) of
/// the `positions` that a group has in y. Sums are taken in double, in the order of the weights, and rounded once.
void gatherDots(const float* x, const int* places, const float* weights, const float* bias /* 0 */, const int* outputs /* 0 */, float* y, int groups, int channels, int size, int entries, int rows, int positions);

/// Makes `count` calls of kernels that stand as words in `calls`, at `place` in the heap: of each its number in this table, from 0, and
/// its arguments in order, a double as two words, the lower half first.
void replay(const int* calls, int place, int count);

/// Σ x, n entries, added up in double from the first to the last.
double total(const float* x, int n);

/// marks [m] ← 1 for each row of x [m, n] of which some entry is not value, 0 for the others. whole 1: x holds
/// whole numbers.
void markRows(const float* x, double value, int whole /* 0 */, int* marks, int m, int n);

/// y [m, n] ← softmax of each row of x; logarithm 1: its natural logarithm.
void softmax(const float* x, float* y, int m, int n, int logarithm);

/// dx ← dx + the gradient of softmax, given y and dy; logarithm as in softmax.
void softmaxBackward(const float* y, const float* dy, float* dx, int m, int n, int logarithm);

/// y [m] ← the natural logarithm of Σ exp of each row of x [m, n].
void logSumExp(const float* x, float* y, int m, int n);

/// dx ← dx + dy [m] ∘ exp(x − y), given y. A row whose y is infinite gets nothing.
void logSumExpBackward(const float* x, const float* y, const float* dy, float* dx, int m, int n);

/// patches [groups, images·outHeight·outWidth, channels·kernelHeight·kernelWidth] ← what a window sees of x
/// [images, groups·channels, height, width] at each of its places, `fill` where that is outside. window: fifteen whole numbers:
/// images groups channels (of a group) height width kernelHeight kernelWidth strideY strideX dilationY dilationX top left (padding)
/// outHeight outWidth. A sequence is an image of height 1.
void unfold(const float* x, const int* window, double fill, float* patches);

/// The transpose of unfold: x ← x + patches, each entry where it came from; those from outside are left out.
void fold(const float* patches, const int* window, float* x);

/// logs [m, count] ← the largest entries of log softmax of each row of x [m, n], falling, equal ones by place, and places [m, count] where in
/// their row they are; count is at most n. A row that has a NaN gives NaN.
void likeliest(const float* x, float* logs, int* places, int m, int n, int count);

/// y [count, n, m] ← the transposes of x [count, m, n]; accumulate 1 adds.
void transpose(const float* x, float* y, int count /* 1 */, int m, int n, int accumulate /* 0 */);

/// y [m] ← the largest entry of each row of x [m, n], the first of its kind or the first NaN, and places [m] where in its row it is.
void rowMaxima(const float* x, float* y, int* places, int m, int n);

/// dx [m, n] ← dx + dy [m] at places.
void rowMaximaBackward(const float* dy, const int* places, float* dx, int m, int n);

/// moments [2, channels] ← mean and variance (divided by the count) of each channel of x [images, channels, positions].
void batchMoments(const float* x, float* moments, int images, int channels, int positions);

/// Batch normalisation (Ioffe & Szegedy 2015) of x [images, channels, positions]: y ← (x − mean)/√(variance + epsilon) ∘ weight + bias.
void batchNorm(const float* x, const float* moments, const float* weight, const float* bias, float* y, double epsilon, int images, int channels, int positions);

/// dx, dweight and dbias gather the gradients of batchNorm, moments being those of x, or with constant 1 given ones.
void batchNormBackward(const float* x, const float* moments, const float* weight, const float* dy, float* dx, float* dweight, float* dbias, double epsilon, int constant, int images, int channels, int positions);

/// Binary cross-entropy with logits, per entry: losses ← max(x, 0) − x·target + log(1 + exp(−|x|)), nats.
void binaryCrossEntropy(const float* logits, const float* targets, float* losses, int n);

/// dlogits ← dlogits + dlosses ∘ (σ(x) − target).
void binaryCrossEntropyBackward(const float* logits, const float* targets, const float* dlosses, float* dlogits, int n);

/// Connectionist temporal classification (Graves et al. 2006) of one sequence: −ln p(targets | logits) in nats, infinite where no alignment is
/// possible. Step t of the logits stands at logits[t·row], of n classes; targets [length] has no blank. logSums [steps] ← log Σ exp;
/// alphas ← what the backward pass reads, [steps, 2·length + 2], or with keep 0 [2, 2·length + 2]. room: 4·length + 2 entries.
double ctcForward(const float* logits, int row /* n */, const int* targets, float* logSums, float* alphas, float* room, int blank, int keep, int steps, int length, int n);

/// Backward of ctcForward with keep 1: dlogits, whose steps stand as those of the logits, ← dlogits + dloss [1] ∘ (softmax − the share of the
/// alignments that are at a class); where none is possible, softmax alone. room: 8·length + 7 entries.
void ctcBackward(const float* logits, int row /* n */, const int* targets, const float* logSums, const float* alphas, const float* dloss, float* dlogits, float* room, int blank, int steps, int length, int n);

/// Logarithms of the probabilities that a transducer (Graves 2012) takes its moves with: logits [steps, length + 1, n], steps `row` apart;
/// targets [length] has no blank. scores [steps, 2, length + 1] ← of the blank and of the target's label at each place, of which there is
/// none at the last; logSums [steps, length + 1] ← log Σ exp.
void transducerScores(const float* logits, int row, const int* targets, float* logSums, float* scores, int blank, int steps, int length, int n);

/// −ln of the sum over all alignments of one sequence by its scores, in nats; infinite where none is possible. counts, or none:
/// [steps, 2, length + 1] ← how often alignments take each move, which may be scores. alphas: room for (steps + 1)·(length + 2) entries, or
/// without counts 2·(length + 2).
double transducerAlignments(const float* scores, float* alphas, float* counts /* 0 */, int steps, int length);

/// The gradient of transducerAlignments with respect to the logits of transducerScores: dlogits, which stands as the logits, ← dlogits +
/// dloss [1] ∘ (the counts of both moves ∘ softmax − the counts of each).
void transducerBackward(const float* logits, int row, const int* targets, const float* logSums, const float* counts, const float* dloss, float* dlogits, int blank, int steps, int length, int n);
