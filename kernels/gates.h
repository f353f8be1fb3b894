// What happens in a recurrent cell after its matrix products, one time step: the gate arithmetic and its gradients.
// The equations stand in kernels.h. A row whose sequence has ended keeps its state.
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

static void gruForward(float* gatesX, const float* gatesH, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    float* x = gatesX + 3 * row;
    const float* r = gatesH + 3 * row;
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V reset = logistic(load(x + j, n) + load(r + j, n));
      V update = logistic(load(x + hidden + j, n) + load(r + hidden + j, n));
      V candidate = hyperbolicTangent(load(x + 2 * hidden + j, n) + reset * load(r + 2 * hidden + j, n));
      V previous = load(hPrevious + row + j, n);
      store(x + j, reset, n);
      store(x + hidden + j, update, n);
      store(x + 2 * hidden + j, candidate, n);
      store(h + row + j, candidate + update * (previous - candidate), n);
    });
  }
}

static void gruBackward(float* gatesX, float* gatesH, const float* hPrevious, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    float *x = gatesX + 3 * row, *r = gatesH + 3 * row;
    if (ended(lengths, t, b)) {
      zeroRow(x, 3 * hidden);
      zeroRow(r, 3 * hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V reset = load(x + j, n), update = load(x + hidden + j, n), candidate = load(x + 2 * hidden + j, n);
      V dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      V dcandidate = dhTotal * (1.0f - update) * (1.0f - candidate * candidate);
      V dupdate = dhTotal * (load(hPrevious + row + j, n) - candidate) * update * (1.0f - update);
      V dreset = dcandidate * load(r + 2 * hidden + j, n) * reset * (1.0f - reset);
      store(x + j, dreset, n);
      store(r + j, dreset, n);
      store(x + hidden + j, dupdate, n);
      store(r + hidden + j, dupdate, n);
      store(x + 2 * hidden + j, dcandidate, n);
      store(r + 2 * hidden + j, dcandidate * reset, n);
      store(dh + row + j, dhTotal * update, n);
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

static void elmanForward(int operation, const float* sums, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) copyRow(hPrevious + row, h + row, hidden);
    else unary(operation, sums + row, h + row, hidden);
  }
}

static void elmanBackward(int operation, const float* h, float* dsums, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      zeroRow(dsums + row, hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V y = load(h + row + j, n), dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      V slope = operation == TANH ? 1.0f - y * y : select(y > 0.0f, splat(1.0f), V{});
      store(dsums + row + j, dhTotal * slope, n);
      store(dh + row + j, V{}, n);
    });
  }
}
