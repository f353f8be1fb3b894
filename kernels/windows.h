// What convolutions, pooling and batch normalisation need beside matrix products: the windows of a sequence or image laid out as
// rows, and back; the largest entry of a row; moments over all of a batch.
#pragma once
#include "gemm.h"
#include "rows.h"

// Fifteen whole numbers that say how a window slides over images; kernels.h has their order. A sequence is an image of height 1.
struct Window {
  int images, groups, channels, height, width, kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, top, left, outHeight, outWidth;
};

enum { CHANNELS_TOGETHER = 8 };

INLINE int ceilingOf(int a, int b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// visit(x, inside, step, patch, gap, n) for every run of n entries of a patch, `gap` apart from `patch` on, that stand `step` apart
// in the images from x on, or all outside. Runs go along a row of the kernel where that is longer than the list of channels,
// else over channels, a few at a time: all of them at one place stand in so many lines that none would be left for the next.
template <typename F>
INLINE void overWindows(const Window& w, F visit) {
  const long plane = (long)w.height * w.width, kernel = (long)w.kernelHeight * w.kernelWidth, entries = w.channels * kernel;
  const bool alongRows = w.kernelWidth > w.channels;
  const int together = alongRows ? w.channels : CHANNELS_TOGETHER;
  for (int group = 0; group < w.groups; group++)
    for (int image = 0; image < w.images; image++)
      for (int oy = 0; oy < w.outHeight; oy++) {
        const long firstPatch = (((long)group * w.images + image) * w.outHeight + oy) * w.outWidth * entries;
        for (int channel = 0; channel < w.channels; channel += together) {
          const int channels = least(together, w.channels - channel);
          const long first = (((long)image * w.groups + group) * w.channels + channel) * plane;
          for (int ox = 0; ox < w.outWidth; ox++) {
            const int x0 = ox * w.strideX - w.left;
            const int from = least(ceilingOf(-x0, w.dilationX), w.kernelWidth), to = least(ceilingOf(w.width - x0, w.dilationX), w.kernelWidth);
            for (int ky = 0; ky < w.kernelHeight; ky++) {
              const int y = oy * w.strideY - w.top + ky * w.dilationY;
              const bool rowInside = y >= 0 && y < w.height;
              const long row = first + (long)y * w.width + x0, place = firstPatch + ox * entries + channel * kernel + (long)ky * w.kernelWidth;
              if (alongRows)
                for (int c = 0; c < channels; c++) {
                  const int start = rowInside ? from : w.kernelWidth, end = rowInside && to > from ? to : start;
                  const long begin = place + c * kernel;
                  if (start > 0) visit(0, false, 0, begin, 1, start);
                  if (end > start) visit(row + c * plane + (long)start * w.dilationX, true, w.dilationX, begin + start, 1, end - start);
                  if (w.kernelWidth > end) visit(0, false, 0, begin + end, 1, w.kernelWidth - end);
                }
              else
                for (int kx = 0; kx < w.kernelWidth; kx++)
                  visit(row + (long)kx * w.dilationX, rowInside && kx >= from && kx < to, plane, place + kx, kernel, channels);
            }
          }
        }
      }
}

static void unfold(const float* x, const int* window, double fill, float* patches) {
  const float outside = (float)fill;
  overWindows(*(const Window*)window, [&](long from, bool inside, long step, long place, long gap, int n) INLINE_LAMBDA {
    const float* entries = x + from;
    float* to = patches + place;
    if (inside && step == 1 && gap == 1)
      for (int j = 0; j < n; j += VL) store(to + j, load(entries + j, n - j), n - j);
    else if (inside)
      for (int j = 0; j < n; j++) to[j * gap] = entries[j * step];
    else
      for (int j = 0; j < n; j++) to[j * gap] = outside;
  });
}

static void fold(const float* patches, const int* window, float* x) {
  overWindows(*(const Window*)window, [&](long to, bool inside, long step, long place, long gap, int n) INLINE_LAMBDA {
    if (!inside) return;
    const float* from = patches + place;
    float* entries = x + to;
    if (step == 1 && gap == 1)
      for (int j = 0; j < n; j += VL) store(entries + j, load(entries + j, n - j) + load(from + j, n - j), n - j);
    else
      for (int j = 0; j < n; j++) entries[j * step] += from[j * gap];
  });
}

// By squares, so that neither side is walked across more lines than the first-level cache holds.
static void transpose(const float* x, float* y, int count, int m, int n, int accumulate) {
  const long size = (long)m * n;
  for (int index = 0; index < count; index++, x += size, y += size)
    for (int i0 = 0; i0 < m; i0 += 32)
      for (int j0 = 0; j0 < n; j0 += 32)
        for (int j = j0; j < least(n, j0 + 32); j++)
          for (int i = i0; i < least(m, i0 + 32); i++) {
            float* to = y + (long)j * m + i;
            *to = accumulate ? *to + x[(long)i * n + j] : x[(long)i * n + j];
          }
}

static void rowMaxima(const float* x, float* y, int* places, int m, int n) {
  for (int i = 0; i < m; i++, x += n) {
    int best = 0;
    for (int j = 1; j < n && x[best] == x[best]; j++)
      if (x[j] > x[best] || x[j] != x[j]) best = j;
    y[i] = x[best];
    places[i] = best;
  }
}

static void rowMaximaBackward(const float* dy, const int* places, float* dx, int m, int n) {
  for (int i = 0; i < m; i++) dx[(long)i * n + places[i]] += dy[i];
}

// Σ f(row, offset, lanes) over the rows that a channel has in all images.
template <typename F>
INLINE double overChannel(int images, int channels, int positions, int channel, F f) {
  double sum = 0;
  for (int image = 0; image < images; image++) {
    const long row = ((long)image * channels + channel) * positions;
    sum += overRow(0, positions, [&](V total, int j, auto left) INLINE_LAMBDA { return total + f(row + j, left); }).total();
  }
  return sum;
}

static void batchMoments(const float* x, float* moments, int images, int channels, int positions) {
  const double count = (double)images * positions;
  for (int channel = 0; channel < channels; channel++) {
    float mean = (float)(overChannel(images, channels, positions, channel, [&](long at, auto left) INLINE_LAMBDA { return load(x + at, left); }) / count);
    moments[channel] = mean;
    moments[channels + channel] = (float)(overChannel(images, channels, positions, channel, [&](long at, auto left) INLINE_LAMBDA {
                                            V v = load(x + at, left) - mean;
                                            v = filled(v, left, 0);
                                            return v * v;
                                          }) / count);
  }
}

static void batchNorm(const float* x, const float* moments, const float* weight, const float* bias, float* y, double epsilon, int images, int channels, int positions) {
  for (int image = 0; image < images; image++)
    for (int channel = 0; channel < channels; channel++, x += positions, y += positions) {
      const float mean = moments[channel], factor = weight[channel] / __builtin_sqrtf(moments[channels + channel] + (float)epsilon), shift = bias[channel];
      for (int j = 0; j < positions; j += VL) store(y + j, (load(x + j, positions - j) - mean) * factor + shift, positions - j);
    }
}

static void batchNormBackward(const float* x, const float* moments, const float* weight, const float* dy, float* dx, float* dweight, float* dbias, double epsilon, int constant, int images, int channels, int positions) {
  const double count = (double)images * positions;
  for (int channel = 0; channel < channels; channel++) {
    const float mean = moments[channel], rate = 1.0f / __builtin_sqrtf(moments[channels + channel] + (float)epsilon);
    double sum = overChannel(images, channels, positions, channel, [&](long at, auto left) INLINE_LAMBDA { return load(dy + at, left); });
    double dot = overChannel(images, channels, positions, channel, [&](long at, auto left) INLINE_LAMBDA { return load(dy + at, left) * (load(x + at, left) - mean) * rate; });
    dbias[channel] += (float)sum;
    dweight[channel] += (float)dot;
    const float factor = weight[channel] * rate, meanGradient = constant ? 0 : (float)(sum / count), meanProduct = constant ? 0 : (float)(dot / count);
    for (int image = 0; image < images; image++) {
      const long row = ((long)image * channels + channel) * positions;
      for (int j = 0; j < positions; j += VL) {
        const int left = positions - j;
        V normal = (load(x + row + j, left) - mean) * rate;
        store(dx + row + j, load(dx + row + j, left) + factor * (load(dy + row + j, left) - meanGradient - normal * meanProduct), left);
      }
    }
  }
}
