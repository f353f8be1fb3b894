// What happens in a recurrent cell after its matrix products, one time step: the gate arithmetic and its gradients, here of the
// LSTM and of the UGRNN. The equations stand in kernels.h. A row whose sequence has ended keeps its state.
#pragma once
#include "functions.h"

INLINE bool ended(const int* lengths, int t, int b) { return lengths && t >= lengths[b]; }

static void copyRow(const float* from, float* to, int n) {
  for (int j = 0; j < n; j++) to[j] = from[j];
}

static void zeroRow(float* x, int n) {
  for (int j = 0; j < n; j++) x[j] = 0;
}

static void lstmForward(float* gates, const float* cPrevious, float* c, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(cPrevious + row, c + row, hidden);
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    float *i = gates + 4 * row, *f = i + hidden, *g = f + hidden, *o = g + hidden;
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V input = logistic(load(i + j, n)), forget = logistic(load(f + j, n));
      V candidate = hyperbolicTangent(load(g + j, n)), output = logistic(load(o + j, n));
      V cell = forget * load(cPrevious + row + j, n) + input * candidate;
      store(i + j, input, n);
      store(f + j, forget, n);
      store(g + j, candidate, n);
      store(o + j, output, n);
      store(c + row + j, cell, n);
      store(h + row + j, output * hyperbolicTangent(cell), n);
    });
  }
}

static void lstmBackward(float* gates, const float* cPrevious, const float* c, const float* dy, float* dh, float* dc, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    float *i = gates + 4 * row, *f = i + hidden, *g = f + hidden, *o = g + hidden;
    if (ended(lengths, t, b)) {
      zeroRow(i, 4 * hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V input = load(i + j, n), forget = load(f + j, n), candidate = load(g + j, n), output = load(o + j, n);
      V squashed = hyperbolicTangent(load(c + row + j, n));
      V dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      V dcTotal = load(dc + row + j, n) + dhTotal * output * (1.0f - squashed * squashed);
      store(o + j, dhTotal * squashed * output * (1.0f - output), n);
      store(i + j, dcTotal * candidate * input * (1.0f - input), n);
      store(f + j, dcTotal * load(cPrevious + row + j, n) * forget * (1.0f - forget), n);
      store(g + j, dcTotal * input * (1.0f - candidate * candidate), n);
      store(dc + row + j, dcTotal * forget, n);
      store(dh + row + j, V{}, n);
    });
  }
}

static void ugrnnForward(float* sums, const float* hBefore, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hBefore + row, h + row, hidden);
      continue;
    }
    float *g = sums + 2 * row, *n = g + hidden;
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V gate = logistic(load(g + j, lanes)), candidate = hyperbolicTangent(load(n + j, lanes));
      store(g + j, gate, lanes);
      store(n + j, candidate, lanes);
      store(h + row + j, candidate + gate * (load(hBefore + row + j, lanes) - candidate), lanes);
    });
  }
}

static void ugrnnBackward(float* sums, const float* hBefore, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    float *g = sums + 2 * row, *n = g + hidden;
    if (ended(lengths, t, b)) {
      zeroRow(g, 2 * hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V gate = load(g + j, lanes), candidate = load(n + j, lanes), d = load(dh + row + j, lanes);
      if (dy) d += load(dy + row + j, lanes);
      store(g + j, d * (load(hBefore + row + j, lanes) - candidate) * gate * (1.0f - gate), lanes);
      store(n + j, d * (1.0f - gate) * (1.0f - candidate * candidate), lanes);
      store(dh + row + j, d * gate, lanes);
    });
  }
}
