// The sequence transducer (Graves 2012) of one sequence: T steps of sound by U + 1 places of the target. From (t, u) a blank leads to
// (t + 1, u), and the target's label u to (t, u + 1). Rows of α and β are kept relative to their largest entry, as in ctc.h.
//   α(t, u) = log(e^(α + blank)(t−1, u) + e^(α + label)(t, u−1))      β(t, u) = log(e^(blank(t, u) + β(t+1, u)) + e^(label(t, u) + β(t, u+1)))
#pragma once
#include "ctc.h"

static void transducerScores(const float* logits, int row, const int* targets, float* logSums, float* scores, int blank, int steps, int length, int n) {
  const int U = length;
  for (int t = 0; t < steps; t++, scores += 2 * U + 2, logSums += U + 1)
    for (int u = 0; u <= U; u++) {
      const float* at = logits + (long)t * row + (long)u * n;
      logSums[u] = logSumOf(at, n);
      scores[u] = possible(at[blank] - logSums[u]);
      scores[U + 1 + u] = u < U ? possible(at[targets[u]] - logSums[u]) : IMPOSSIBLE;
    }
}

static double transducerAlignments(const float* scores, float* alphas, float* counts, int steps, int length) {
  const int U = length, width = U + 1;
  double total = 0;
  // A row of α, and behind it how far the row was moved.
  for (int t = 0; t < steps; t++) {
    float* alpha = alphas + (long)(counts ? t : t & 1) * (width + 1);
    const float* before = alphas + (long)(counts ? t - 1 : (t - 1) & 1) * (width + 1);
    const float *labels = scores + (long)t * 2 * width + width, *blanks = scores + (long)(t - 1) * 2 * width;
    if (t == 0) fill(alpha, IMPOSSIBLE, width), alpha[0] = 0;
    else
      overVectors(width, [&](int u, auto lanes) INLINE_LAMBDA { store(alpha + u, load(before + u, lanes) + load(blanks + u, lanes), lanes); });
    for (int u = 1; u <= U; u++) alpha[u] = logAdd(alpha[u], alpha[u - 1] + labels[u - 1]);
    float most = relativeToLargest(alpha, width);
    if (isImpossible(most)) {
      if (counts) fill(counts, 0, steps * 2 * width);
      return __builtin_inf();
    }
    alpha[width] = most;
    total += most;
  }
  const float* last = alphas + (long)(counts ? steps - 1 : (steps - 1) & 1) * (width + 1);
  float end = last[U] + scores[(long)(steps - 1) * 2 * width + U];
  if (isImpossible(end)) {
    if (counts) fill(counts, 0, steps * 2 * width);
    return __builtin_inf();
  }
  double logZ = total + end;
  if (!counts) return 0 - logZ;

  // β takes the place of the row of α that was read last.
  double moved = 0;
  float* beta = alphas + (long)steps * (width + 1);
  fill(beta, IMPOSSIBLE, width);
  beta[U] = 0;
  for (int t = steps - 1; t >= 0; t--) {
    const float *alpha = alphas + (long)t * (width + 1), *blanks = scores + (long)t * 2 * width, *labels = blanks + width;
    float *ofBlanks = counts + (long)t * 2 * width, *ofLabels = ofBlanks + width;
    float rest = (float)(total + moved - logZ);
    total -= alpha[width];
    for (int u = U; u >= 0; u--) {
      float byBlank = beta[u] + blanks[u];
      if (u == U) {
        beta[u] = byBlank;
        ofLabels[u] = IMPOSSIBLE;
      } else {
        float byLabel = beta[u + 1] + labels[u];
        beta[u] = logAdd(byBlank, byLabel);
        ofLabels[u] = alpha[u] + byLabel + rest;
      }
      ofBlanks[u] = alpha[u] + byBlank + rest;
    }
    overVectors(2 * width, [&](int j, auto lanes) INLINE_LAMBDA { store(ofBlanks + j, exponential(load(ofBlanks + j, lanes)), lanes); });
    moved += relativeToLargest(beta, width);
  }
  return 0 - logZ;
}

static void transducerBackward(const float* logits, int row, const int* targets, const float* logSums, const float* counts, const float* dloss, float* dlogits, int blank, int steps, int length, int n) {
  const int U = length;
  for (int t = 0; t < steps; t++, counts += 2 * U + 2, logSums += U + 1)
    for (int u = 0; u <= U; u++) {
      const float* at = logits + (long)t * row + (long)u * n;
      float* dat = dlogits + (long)t * row + (long)u * n;
      float byBlank = *dloss * counts[u], byLabel = *dloss * counts[U + 1 + u], both = byBlank + byLabel, logSum = logSums[u];
      overVectors(n, [&](int j, auto lanes) INLINE_LAMBDA {
        store(dat + j, load(dat + j, lanes) + both * exponential(load(at + j, lanes) - logSum), lanes);
      });
      dat[blank] -= byBlank;
      if (u < U) dat[targets[u]] -= byLabel;
    }
}
