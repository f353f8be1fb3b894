// Cells whose candidate reads a gated h, one time step in two phases with the product of the gated h between: the GRU with its
// reset gate before the product, blocks r z n, and the minimal gated unit, blocks f n. The equations stand in kernels.h.
#pragma once
#include "activations.h"
#include "gates.h"

// Where one row of sums has its blocks: `first` acts on h, `mix` (the GRU's z, the minimal gated unit's f) mixes h and n.
struct GatedBlocks {
  float *first, *mix, *n;
  INLINE_MEMBER GatedBlocks(float* sums, int gates, int b, int hidden) {
    first = sums + (long)b * gates * hidden;
    n = first + (gates - 1) * hidden;
    mix = n - hidden;
  }
};

static void gatedForward(float* sums, const float* hPrevious, float* gated, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      zeroRow(gated + row, hidden);
      continue;
    }
    const GatedBlocks at(sums, gates, b, hidden);
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V first = gate(load(at.first + j, lanes));
      store(at.first + j, first, lanes);
      if (at.mix != at.first) store(at.mix + j, gate(load(at.mix + j, lanes)), lanes);
      store(gated + row + j, first * load(hPrevious + row + j, lanes), lanes);
    });
  }
}

static void gatedBackward(float* sums, const float* hPrevious, const float* dgated, const float* dmix, float* dh, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) continue;
    float* first = GatedBlocks(sums, gates, b, hidden).first;
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V y = load(first + j, lanes), dproduct = load(dgated + row + j, lanes);
      V dfirst = dproduct * load(hPrevious + row + j, lanes);
      if (gates == 2) dfirst += load(dmix + row + j, lanes);
      store(first + j, dfirst * gate.slope(y), lanes);
      store(dh + row + j, load(dh + row + j, lanes) + dproduct * y, lanes);
    });
  }
}

static void gatedCandidateForward(float* sums, const float* hPrevious, float* h, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden) {
  const Activation squash(activations + 3, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(hPrevious + row, h + row, hidden);
      continue;
    }
    const GatedBlocks at(sums, gates, b, hidden);
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V candidate = squash(load(at.n + j, lanes)), mix = load(at.mix + j, lanes), before = load(hPrevious + row + j, lanes);
      store(at.n + j, candidate, lanes);
      store(h + row + j, gates == 3 ? candidate + mix * (before - candidate) : before + mix * (candidate - before), lanes);
    });
  }
}

static void gatedCandidateBackward(float* sums, const float* hPrevious, const float* dy, float* dh, float* dmix, const float* activations, double gateClip, int gates, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    const GatedBlocks at(sums, gates, b, hidden);
    if (ended(lengths, t, b)) {
      zeroRow(at.first, gates * hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto lanes) INLINE_LAMBDA {
      V candidate = load(at.n + j, lanes), mix = load(at.mix + j, lanes), before = load(hPrevious + row + j, lanes);
      V dhTotal = load(dh + row + j, lanes);
      if (dy) dhTotal += load(dy + row + j, lanes);
      V ofCandidate = gates == 3 ? 1.0f - mix : mix;
      store(at.n + j, dhTotal * ofCandidate * squash.slope(candidate), lanes);
      store(dh + row + j, dhTotal * (1.0f - ofCandidate), lanes);
      if (gates == 3) store(at.mix + j, dhTotal * (before - candidate) * gate.slope(mix), lanes);
      else store(dmix + row + j, dhTotal * (candidate - before), lanes);
    });
  }
}
