// The GRU with its reset gate after the recurrent product, one time step: with σ and tanh, and with any activations. The equations
// stand in kernels.h.
#pragma once
#include "activations.h"
#include "gates.h"

template <typename Gate, typename Squash>
INLINE void gruStep(const Gate& gate, const Squash& squash, float* gatesX, const float* gatesH, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    float* x = gatesX + 3 * row;
    const float* r = gatesH + 3 * row;
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V reset = gate(load(x + j, lanes) + load(r + j, lanes));
      V update = gate(load(x + hidden + j, lanes) + load(r + hidden + j, lanes));
      V candidate = squash(load(x + 2 * hidden + j, lanes) + reset * load(r + 2 * hidden + j, lanes));
      store(x + j, reset, lanes);
      store(x + hidden + j, update, lanes);
      store(x + 2 * hidden + j, candidate, lanes);
      store(h + row + j, candidate + update * (load(hPrevious + row + j, lanes) - candidate), lanes);
    });
  }
}

static void gruForward(float* gatesX, const float* gatesH, const float* hPrevious, float* h, const int* lengths, int t, int batch, int hidden) {
  gruStep(Logistic(), Tanh(), gatesX, gatesH, hPrevious, h, lengths, t, batch, hidden);
}

static void gruVariantForward(float* gatesX, const float* gatesH, const float* hPrevious, float* h, const float* activations, double gateClip, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  gruStep(gate, squash, gatesX, gatesH, hPrevious, h, lengths, t, batch, hidden);
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

// Not one template with gruBackward: that cost a tenth of its speed (docs/decisions/0018-kernel-pairs.md).
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
