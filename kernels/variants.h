// The Elman cell and the GRU with any activations, one time step. The equations stand in kernels.h.
#pragma once
#include "activations.h"
#include "gates.h"

static void elmanVariantForward(const float* sums, const float* hPrevious, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation squash(activations, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA { store(h + row + j, squash(load(sums + row + j, n)), n); });
  }
}

static void elmanVariantBackward(const float* h, float* dsums, const float* dy, float* dh, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation squash(activations, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      zeroRow(dsums + row, hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      store(dsums + row + j, dhTotal * squash.slope(load(h + row + j, n)), n);
      store(dh + row + j, V{}, n);
    });
  }
}
