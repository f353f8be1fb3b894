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

static void gruVariantForward(float* gatesX, const float* gatesH, const float* hPrevious, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    float *r = gatesX + 3 * row, *z = r + hidden, *n = z + hidden;
    const float *rH = gatesH + 3 * row, *zH = rH + hidden, *nH = zH + hidden;
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V reset = gate(load(r + j, lanes) + load(rH + j, lanes));
      V update = gate(load(z + j, lanes) + load(zH + j, lanes));
      V candidate = squash(load(n + j, lanes) + reset * load(nH + j, lanes));
      store(r + j, reset, lanes);
      store(z + j, update, lanes);
      store(n + j, candidate, lanes);
      store(h + row + j, candidate + update * (load(hPrevious + row + j, lanes) - candidate), lanes);
    });
  }
}

static void gruVariantBackward(float* gatesX, float* gatesH, const float* hPrevious, const float* dy, float* dh, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    float *r = gatesX + 3 * row, *z = r + hidden, *n = z + hidden;
    float *rH = gatesH + 3 * row, *zH = rH + hidden, *nH = zH + hidden;
    if (ended(lengths, t, b)) {
      zeroRow(r, 3 * hidden);
      zeroRow(rH, 3 * hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V reset = load(r + j, lanes), update = load(z + j, lanes), candidate = load(n + j, lanes);
      V dhTotal = load(dh + row + j, lanes);
      if (dy) dhTotal += load(dy + row + j, lanes);
      V dcandidate = dhTotal * (1.0f - update) * squash.slope(candidate);
      V dupdate = dhTotal * (load(hPrevious + row + j, lanes) - candidate) * gate.slope(update);
      V dreset = dcandidate * load(nH + j, lanes) * gate.slope(reset);
      store(r + j, dreset, lanes);
      store(rH + j, dreset, lanes);
      store(z + j, dupdate, lanes);
      store(zH + j, dupdate, lanes);
      store(n + j, dcandidate, lanes);
      store(nH + j, dcandidate * reset, lanes);
      store(dh + row + j, dhTotal * update, lanes);
    });
  }
}
