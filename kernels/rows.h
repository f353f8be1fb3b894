// Row by row: embedding look-ups, softmax, cross-entropy, layer normalisation, dropout.
#pragma once
#include "elementwise.h"

static void gatherRows(const float* table, const int* ids, float* ys, int n, int width, int rows) {
  for (int i = 0; i < n; i++, ys += width) {
    if (ids[i] < 0 || ids[i] >= rows) fill(ys, 0, width);
    else copyRows(table + (long)ids[i] * width, 0, ys, 0, 1, width, 0);
  }
}

static void scatterAddRows(const float* dys, const int* ids, float* dtable, int n, int width, int rows) {
  for (int i = 0; i < n; i++, dys += width)
    if (ids[i] >= 0 && ids[i] < rows) copyRows(dys, 0, dtable + (long)ids[i] * width, 0, 1, width, 1);
}

INLINE float largestOf(const float* x, int n) {
  return overRow(-__builtin_inff(), n, [&](V most, int j, int left) {
           V v = load(x + j, left);
           for (int lane = left; lane < VL; lane++) v[lane] = -__builtin_inff();
           return select((v > most) | (v != v), v, most);
         }).largest();
}

INLINE float sumOfExponentials(const float* x, float shift, int n) {
  return overRow(0, n, [&](V sum, int j, int left) {
           V v = exponential(load(x + j, left) - shift);
           for (int lane = left; lane < VL; lane++) v[lane] = 0;
           return sum + v;
         }).total();
}

INLINE float sumOf(const float* x, int n) {
  return overRow(0, n, [&](V sum, int j, int left) { return sum + load(x + j, left); }).total();
}

INLINE float logarithmOf(float x) { return logarithm(splat(x))[0]; }
INLINE float exponentialOf(float x) { return exponential(splat(x))[0]; }

INLINE float logSumOf(const float* x, int n) {
  float most = largestOf(x, n);
  return most + logarithmOf(sumOfExponentials(x, most, n));
}

static void softmax(const float* x, float* y, int m, int n, int logarithm) {
  for (int i = 0; i < m; i++, x += n, y += n) {
    float logSum = logSumOf(x, n);
    for (int j = 0; j < n; j += VL) {
      V v = load(x + j, n - j) - logSum;
      store(y + j, logarithm ? v : exponential(v), n - j);
    }
  }
}

static void softmaxBackward(const float* y, const float* dy, float* dx, int m, int n, int logarithm) {
  for (int i = 0; i < m; i++, y += n, dy += n, dx += n) {
    float sum = overRow(0, n, [&](V total, int j, int left) {
                  V v = load(dy + j, left);
                  return total + (logarithm ? v : v * load(y + j, left));
                }).total();
    for (int j = 0; j < n; j += VL) {
      int left = n - j;
      V p = load(y + j, left), d = load(dy + j, left);
      V gradient = logarithm ? d - sum * exponential(p) : p * (d - sum);
      store(dx + j, load(dx + j, left) + gradient, left);
    }
  }
}

static void crossEntropy(const float* logits, const int* targets, float* losses, float* logSums, int ignoreIndex, double smoothing, int m, int n) {
  for (int i = 0; i < m; i++, logits += n) {
    logSums[i] = logSumOf(logits, n);
    if (targets[i] == ignoreIndex) {
      losses[i] = 0;
      continue;
    }
    float loss = logSums[i] - logits[targets[i]];
    if (smoothing > 0) loss = (float)(1 - smoothing) * loss + (float)smoothing * (logSums[i] - sumOf(logits, n) / n);
    losses[i] = loss;
  }
}

static void crossEntropyBackward(const float* logits, const int* targets, const float* logSums, const float* dlosses, float* dlogits, int ignoreIndex, double smoothing, int m, int n, int accumulate) {
  float uniform = (float)(smoothing / n);
  for (int i = 0; i < m; i++, logits += n, dlogits += n) {
    if (targets[i] == ignoreIndex) {
      if (!accumulate) fill(dlogits, 0, n);
      continue;
    }
    float d = dlosses[i];
    for (int j = 0; j < n; j += VL) {
      int left = n - j;
      V gradient = d * (exponential(load(logits + j, left) - logSums[i]) - uniform);
      store(dlogits + j, accumulate ? load(dlogits + j, left) + gradient : gradient, left);
    }
    dlogits[targets[i]] -= d * (float)(1 - smoothing);
  }
}

static void layerNorm(const float* x, const float* weight, const float* bias, float* y, float* statistics, double epsilon, int m, int n) {
  for (int i = 0; i < m; i++, x += n, y += n, statistics += 2) {
    float mean = sumOf(x, n) / n;
    float variance = overRow(0, n, [&](V sum, int j, int left) {
                       V v = load(x + j, left) - mean;
                       for (int lane = left; lane < VL; lane++) v[lane] = 0;
                       return sum + v * v;
                     }).total() / n;
    float rate = 1.0f / __builtin_sqrtf(variance + (float)epsilon);
    statistics[0] = mean;
    statistics[1] = rate;
    for (int j = 0; j < n; j += VL)
      store(y + j, (load(x + j, n - j) - mean) * rate * load(weight + j, n - j) + load(bias + j, n - j), n - j);
  }
}

static void layerNormBackward(const float* x, const float* weight, const float* statistics, const float* dy, float* dx, float* dweight, float* dbias, int m, int n) {
  for (int i = 0; i < m; i++, x += n, dy += n, dx += n, statistics += 2) {
    float mean = statistics[0], rate = statistics[1];
    float sum = overRow(0, n, [&](V total, int j, int left) { return total + load(dy + j, left) * load(weight + j, left); }).total() / n;
    float dot = overRow(0, n, [&](V total, int j, int left) {
                  return total + load(dy + j, left) * load(weight + j, left) * (load(x + j, left) - mean) * rate;
                }).total() / n;
    for (int j = 0; j < n; j += VL) {
      int left = n - j;
      V d = load(dy + j, left), normal = (load(x + j, left) - mean) * rate;
      store(dx + j, load(dx + j, left) + rate * (d * load(weight + j, left) - sum - normal * dot), left);
      store(dweight + j, load(dweight + j, left) + d * normal, left);
      store(dbias + j, load(dbias + j, left) + d, left);
    }
  }
}

// Philox4x32-10, Salmon et al. 2011, VL counters at a time: they differ in their first word alone.
typedef unsigned VU __attribute__((vector_size(VL * 4)));
typedef unsigned long long Wide __attribute__((vector_size(VL * 8)));
struct Philox {
  VU words[4];
};
INLINE VU highHalf(VU a, unsigned b) {
  return __builtin_convertvector((__builtin_convertvector(a, Wide) * (unsigned long long)b) >> 32, VU);
}
INLINE Philox philox(VU counter, unsigned row, unsigned step, unsigned place, unsigned key0, unsigned key1) {
  VU c0 = counter, c1 = row - VU{}, c2 = step - VU{}, c3 = place - VU{};
  for (int round = 0; round < 10; round++) {
    VU high0 = highHalf(c0, 0xD2511F53u), low0 = c0 * 0xD2511F53u;
    VU high1 = highHalf(c2, 0xCD9E8D57u), low1 = c2 * 0xCD9E8D57u;
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

static void dropout(const float* x, float* y, double keep, int seed, int draw, int place, int firstRow, int locked, int steps, int rows, int width, int accumulate) {
  const unsigned threshold = (unsigned)(keep * 16777216.0);
  const float factor = (float)(1.0 / keep);
  VU lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (int t = 0; t < steps; t++)
    for (int row = 0; row < rows; row++, x += width, y += width)
      for (int block = 0; block < width; block += 4 * VL) {
        Philox random = philox(lanes + (unsigned)(block / 4), firstRow + row, locked ? 0 : t, place, seed, draw);
        float mask[4 * VL];
        for (int word = 0; word < 4; word++)
          for (int lane = 0; lane < VL; lane++) mask[4 * lane + word] = (random.words[word][lane] >> 8) < threshold ? factor : 0;
        for (int part = 0; part < 4; part++) {
          int j = block + part * VL, left = width - j;
          if (left <= 0) break;
          V v = load(x + j, left) * load(mask + part * VL);
          store(y + j, accumulate ? load(y + j, left) + v : v, left);
        }
      }
}

static void binaryCrossEntropy(const float* logits, const float* targets, float* losses, int n) {
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V x = load(logits + j, left);
    V positive = select(x < 0.0f, V{}, x);
    store(losses + j, positive - x * load(targets + j, left) + logarithm(1.0f + exponential(-absolute(x))), left);
  }
}

static void binaryCrossEntropyBackward(const float* logits, const float* targets, const float* dlosses, float* dlogits, int n) {
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V gradient = load(dlosses + j, left) * (logistic(load(logits + j, left)) - load(targets + j, left));
    store(dlogits + j, load(dlogits + j, left) + gradient, left);
  }
}
