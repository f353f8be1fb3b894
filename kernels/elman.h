// The Elman cell, one time step: with tanh and relu, and with any activation. The equations stand in kernels.h.
#pragma once
#include "activations.h"
#include "gates.h"

// squash makes a row of results of a row of sums.
template <typename Squash>
INLINE void elmanStep(Squash squash, const float* sums, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) copyRow(hPrevious + row, h + row, hidden);
    else squash(sums + row, h + row);
  }
}

// slope is f′ where f gave y.
template <typename Slope>
INLINE void elmanStepBack(Slope slope, const float* h, float* dsums, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      zeroRow(dsums + row, hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      store(dsums + row + j, dhTotal * slope(load(h + row + j, n)), n);
      store(dh + row + j, V{}, n);
    });
  }
}

static void elmanForward(int operation, const float* sums, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  elmanStep([&](const float* x, float* y) INLINE_LAMBDA { unary(operation, x, y, hidden); }, sums, hPrevious, h, lengths, t, batch, hidden);
}

static void elmanBackward(int operation, const float* h, float* dsums, const float* dy, float* dh, const int* lengths, int t, int batch, int hidden) {
  auto slope = [&](V y) INLINE_LAMBDA { return operation == TANH ? derivative<TANH>(y, y) : derivative<RELU>(y, y); };
  elmanStepBack(slope, h, dsums, dy, dh, lengths, t, batch, hidden);
}

static void elmanVariantForward(const float* sums, const float* hPrevious, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation f(activations, gateClip);
  auto squash = [&](const float* x, float* y) INLINE_LAMBDA {
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA { store(y + j, f(load(x + j, n)), n); });
  };
  elmanStep(squash, sums, hPrevious, h, lengths, t, batch, hidden);
}

static void elmanVariantBackward(const float* h, float* dsums, const float* dy, float* dh, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation f(activations, gateClip);
  elmanStepBack([&](V y) INLINE_LAMBDA { return f.slope(y); }, h, dsums, dy, dh, lengths, t, batch, hidden);
}
