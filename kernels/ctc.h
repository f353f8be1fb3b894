// Connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006) of one sequence. Alignments walk through the states
// blank, first label, blank, second label, …, blank; states of blanks and of labels stand apart, so that a step is two loops over vectors.
//   αb(t, u) = log(e^αb(t−1, u) + e^αl(t−1, u−1)) + log y(t, blank)
//   αl(t, u) = log(e^αl(t−1, u) + e^αb(t−1, u) + [target u ≠ target u−1] e^αl(t−1, u−1)) + log y(t, target u)
// Each row is kept relative to its largest entry, so that float32 is as precise at the last step as at the first.
#pragma once
#include "rows.h"

// The logarithm of zero: what is added to it leaves it as it is, and no difference of two is NaN.
static const float IMPOSSIBLE = -1e30f;
INLINE bool isImpossible(float logarithm) { return logarithm < 0.5f * IMPOSSIBLE; }

// One copy of each for all loops keeps the WebAssembly small.
static __attribute__((noinline)) V logAdd(V a, V b) {
  VI first = a > b;
  V most = select(first, a, b), least = select(first, b, a);
  return most + logarithm(1.0f + exponential(least - most));
}

static __attribute__((noinline)) V logAdd(V a, V b, V c) {
  V most = select(a > b, a, b);
  most = select(most > c, most, c);
  return most + logarithm(exponential(a - most) + exponential(b - most) + exponential(c - most));
}

INLINE float logAdd(float a, float b) { return logAdd(splat(a), splat(b))[0]; }

INLINE float possible(float logarithm) { return logarithm < IMPOSSIBLE ? IMPOSSIBLE : logarithm; }

// What keeps an alignment from the label before to this one without a blank: nothing, or that both are the same.
static void repeatedTargets(const int* targets, float* repeats, int length) {
  for (int u = 0; u < length; u++) repeats[u] = u > 0 && targets[u] == targets[u - 1] ? IMPOSSIBLE : 0;
}

static void targetScores(const float* logits, float logSum, const int* targets, float* scores, int length) {
  for (int u = 0; u < length; u++) scores[u] = possible(logits[targets[u]] - logSum);
}

// x ← x − its largest entry, which is returned; a row of which nothing is possible stays.
static float relativeToLargest(float* x, int n) {
  float most = largestOf(x, n);
  if (isImpossible(most)) return most;
  overVectors(n, [&](int j, auto lanes) INLINE_LAMBDA { store(x + j, load(x + j, lanes) - most, lanes); });
  return most;
}

static double ctcForward(const float* logits, int row, const int* targets, float* logSums, float* alphas, float* room, int blank, int keep, int steps, int length, int n) {
  // A row of α: blanks 0 to U, what there is of a label before the first, labels 0 to U − 1.
  const int U = length, width = 2 * U + 2;
  float *before = room, *scores = room + width, *repeats = scores + U;
  repeatedTargets(targets, repeats, U);
  fill(before, IMPOSSIBLE, width);
  before[0] = 0;
  for (int t = 0; t < steps; t++) logSums[t] = logSumOf(logits + (long)t * row, n);
  double total = 0;
  for (int t = 0; t < steps; t++) {
    const float* now = logits + (long)t * row;
    float* alpha = alphas + (long)(keep ? t : t & 1) * width;
    float blankScore = possible(now[blank] - logSums[t]);
    targetScores(now, logSums[t], targets, scores, U);
    overVectors(U + 1, [&](int u, auto lanes) INLINE_LAMBDA {
      store(alpha + u, logAdd(load(before + u, lanes), load(before + U + 1 + u, lanes)) + blankScore, lanes);
    });
    overVectors(U, [&](int u, auto lanes) INLINE_LAMBDA {
      V skipping = load(before + U + 1 + u, lanes) + load(repeats + u, lanes);
      V sum = logAdd(load(before + U + 2 + u, lanes), load(before + u, lanes), skipping);
      store(alpha + U + 2 + u, sum + load(scores + u, lanes), lanes);
    });
    alpha[U + 1] = IMPOSSIBLE;
    float most = relativeToLargest(alpha, width);
    if (isImpossible(most)) {
      if (keep) fill(alpha, IMPOSSIBLE, (steps - t) * width);
      return __builtin_inf();
    }
    total += most;
    before = alpha;
  }
  float last = logAdd(before[U], before[2 * U + 1]);
  return isImpossible(last) ? __builtin_inf() : 0 - (total + last);
}

// β leaves out the step's own probability: βb(t, u) = log(e^(βb + log y)(t+1, blank u) + e^(βl + log y)(t+1, label u)), and alike for labels.
// States are occupied with the share e^(α + β) of their row.
static void ctcBackward(const float* logits, int row, const int* targets, const float* logSums, const float* alphas, const float* dloss, float* dlogits, float* room, int blank, int steps, int length, int n) {
  // A row of β: blanks 0 to U, labels 0 to U − 1, what there is of a label behind the last.
  const int U = length, width = 2 * U + 2;
  float *beta = room, *ahead = beta + width, *occupied = ahead + width, *scores = occupied + width, *repeats = scores + U;
  repeatedTargets(targets, repeats, U);
  repeats[U] = 0;
  fill(beta, IMPOSSIBLE, width);
  beta[U] = 0;
  if (U > 0) beta[2 * U] = 0;
  for (int t = steps - 1; t >= 0; t--) {
    const float *now = logits + (long)t * row, *alpha = alphas + (long)t * width;
    float* dnow = dlogits + (long)t * row;
    float logSum = logSums[t];
    overVectors(n, [&](int j, auto lanes) INLINE_LAMBDA {
      store(dnow + j, load(dnow + j, lanes) + *dloss * exponential(load(now + j, lanes) - logSum), lanes);
    });
    overVectors(U + 1, [&](int u, auto lanes) INLINE_LAMBDA { store(occupied + u, load(alpha + u, lanes) + load(beta + u, lanes), lanes); });
    overVectors(U, [&](int u, auto lanes) INLINE_LAMBDA {
      store(occupied + U + 1 + u, load(alpha + U + 2 + u, lanes) + load(beta + U + 1 + u, lanes), lanes);
    });
    float most = largestOf(occupied, 2 * U + 1);
    if (!isImpossible(most)) {
      overVectors(2 * U + 1, [&](int j, auto lanes) INLINE_LAMBDA { store(occupied + j, exponential(load(occupied + j, lanes) - most), lanes); });
      float share = *dloss / sumOf(occupied, 2 * U + 1);
      dnow[blank] -= share * sumOf(occupied, U + 1);
      for (int u = 0; u < U; u++) dnow[targets[u]] -= share * occupied[U + 1 + u];
    }
    if (t == 0) return;
    float blankScore = possible(now[blank] - logSum);
    targetScores(now, logSum, targets, scores, U);
    overVectors(U + 1, [&](int u, auto lanes) INLINE_LAMBDA { store(ahead + u, load(beta + u, lanes) + blankScore, lanes); });
    overVectors(U, [&](int u, auto lanes) INLINE_LAMBDA {
      store(ahead + U + 1 + u, load(beta + U + 1 + u, lanes) + load(scores + u, lanes), lanes);
    });
    ahead[2 * U + 1] = IMPOSSIBLE;
    overVectors(U + 1, [&](int u, auto lanes) INLINE_LAMBDA {
      store(beta + u, logAdd(load(ahead + u, lanes), load(ahead + U + 1 + u, lanes)), lanes);
    });
    overVectors(U, [&](int u, auto lanes) INLINE_LAMBDA {
      V skipping = load(ahead + U + 2 + u, lanes) + load(repeats + u + 1, lanes);
      store(beta + U + 1 + u, logAdd(load(ahead + U + 1 + u, lanes), load(ahead + u + 1, lanes), skipping), lanes);
    });
    relativeToLargest(beta, 2 * U + 1);
  }
}
