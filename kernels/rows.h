// Row by row: embedding look-ups, softmax, cross-entropy, layer normalisation.
#pragma once
#include "elementwise.h"

static void gatherRows(const float* table, const int* ids, float* ys, int n, int width, int rows) {
  if (width == 1) {
    for (int i = 0; i < n; i++) ys[i] = ids[i] < 0 || ids[i] >= rows ? 0 : table[ids[i]];
    return;
  }
  for (int i = 0; i < n; i++, ys += width) {
    if (ids[i] < 0 || ids[i] >= rows) fill(ys, 0, width);
    else copyRows(table + (long)ids[i] * width, 0, ys, 0, 1, width, 0);
  }
}

static void scatterAddRows(const float* dys, const int* ids, float* dtable, int n, int width, int rows) {
  for (int i = 0; i < n; i++, dys += width)
    if (ids[i] >= 0 && ids[i] < rows) copyRows(dys, 0, dtable + (long)ids[i] * width, 0, 1, width, 1);
}

static __attribute__((noinline)) float largestOf(const float* x, int n) {
  return overRow(-__builtin_inff(), n, [&](V most, int j, auto left) INLINE_LAMBDA {
           V v = load(x + j, left);
           v = filled(v, left, -__builtin_inff());
           return select((v > most) | (v != v), v, most);
         }).largest();
}

static __attribute__((noinline)) float sumOfExponentials(const float* x, float shift, int n) {
  return overRow(0, n, [&](V sum, int j, auto left) INLINE_LAMBDA {
           V v = exponential(load(x + j, left) - shift);
           v = filled(v, left, 0);
           return sum + v;
         }).total();
}

static __attribute__((noinline)) float sumOf(const float* x, int n) {
  return overRow(0, n, [&](V sum, int j, auto left) INLINE_LAMBDA { return sum + load(x + j, left); }).total();
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

// Entries come in the order of their places, so one goes behind all that equal it.
static void likeliest(const float* x, float* logs, int* places, int m, int n, int count) {
  enum { BLOCK = 64 };
  for (int i = 0; i < m; i++, x += n, logs += count, places += count) {
    float logSum = logSumOf(x, n);
    int kept = 0;
    for (int from = 0; from < n; from += BLOCK) {
      int stop = from + BLOCK < n ? from + BLOCK : n;
      if (kept == count && !(largestOf(x + from, stop - from) - logSum > logs[count - 1])) continue;
      for (int j = from; j < stop; j++) {
        float log = x[j] - logSum;
        if (kept == count && !(log > logs[count - 1])) continue;
        int at = kept < count ? kept++ : count - 1;
        for (; at > 0 && logs[at - 1] < log; at--) {
          logs[at] = logs[at - 1];
          places[at] = places[at - 1];
        }
        logs[at] = log;
        places[at] = j;
      }
    }
  }
}

static void softmaxBackward(const float* y, const float* dy, float* dx, int m, int n, int logarithm) {
  for (int i = 0; i < m; i++, y += n, dy += n, dx += n) {
    float sum = overRow(0, n, [&](V total, int j, auto left) INLINE_LAMBDA {
                  V v = load(dy + j, left);
                  return logarithm ? total + v : total + v * load(y + j, left);
                }).total();
    for (int j = 0; j < n; j += VL) {
      int left = n - j;
      V p = load(y + j, left), d = load(dy + j, left);
      V gradient = logarithm ? d - sum * exponential(p) : p * (d - sum);
      store(dx + j, load(dx + j, left) + gradient, left);
    }
  }
}

static void logSumExp(const float* x, float* y, int m, int n) {
  for (int i = 0; i < m; i++, x += n) {
    float most = largestOf(x, n);
    y[i] = most - most == 0 ? most + logarithmOf(sumOfExponentials(x, most, n)) : most;
  }
}

static void logSumExpBackward(const float* x, const float* y, const float* dy, float* dx, int m, int n) {
  for (int i = 0; i < m; i++, x += n, dx += n) {
    if (y[i] == __builtin_inff() || y[i] == -__builtin_inff()) continue;
    for (int j = 0; j < n; j += VL) store(dx + j, load(dx + j, n - j) + dy[i] * exponential(load(x + j, n - j) - y[i]), n - j);
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
    float variance = overRow(0, n, [&](V sum, int j, auto left) INLINE_LAMBDA {
                       V v = load(x + j, left) - mean;
                       v = filled(v, left, 0);
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
    float sum = overRow(0, n, [&](V total, int j, auto left) INLINE_LAMBDA { return total + load(dy + j, left) * load(weight + j, left); }).total() / n;
    float dot = overRow(0, n, [&](V total, int j, auto left) INLINE_LAMBDA {
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
