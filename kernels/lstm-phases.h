// The LSTM with peepholes, coupled gates, clipping and any activations, one time step in two phases: the cell state, then the
// output. Between them the cell state may be changed, as layer normalisation does. The equations stand in kernels.h.
#pragma once
#include "activations.h"
#include "gates.h"

// Where one row of gates i f g o, or coupled i g o, has its blocks. f is none where it is coupled.
struct LstmGates {
  float *i, *f, *g, *o;
  INLINE_MEMBER LstmGates(float* gates, int coupled, int b, int hidden) {
    i = gates + (long)b * (coupled ? 3 : 4) * hidden;
    f = coupled ? nullptr : i + hidden;
    g = i + (coupled ? 1 : 2) * hidden;
    o = g + hidden;
  }
};

// Peepholes i f o, or coupled i o, or all of them none; their gradients lie alike.
template <typename Float>
struct Peepholes {
  Float *i, *f, *o;
  INLINE_MEMBER Peepholes(Float* peepholes, int coupled, int hidden) {
    i = peepholes;
    f = peepholes && !coupled ? i + hidden : nullptr;
    o = peepholes ? i + (coupled ? 1 : 2) * hidden : nullptr;
  }
};

// sum + weights∘x, where there are weights.
template <typename Lanes>
INLINE V through(const float* weights, V x, V sum, int j, Lanes n) {
  return weights ? sum + load(weights + j, n) * x : sum;
}

// total ← total + x, where there is a total.
template <typename Lanes>
INLINE void gather(float* total, V x, int j, Lanes n) {
  if (total) store(total + j, load(total + j, n) + x, n);
}

static void lstmStateForward(float* gates, const float* cPrevious, float* c, const float* peepholes, const float* activations, double gateClip, double cellClip, int coupled, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  const Peepholes<const float> peephole(peepholes, coupled, hidden);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      copyRow(cPrevious + row, c + row, hidden);
      continue;
    }
    const LstmGates at(gates, coupled, b, hidden);
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V before = load(cPrevious + row + j, n);
      V input = gate(through(peephole.i, before, load(at.i + j, n), j, n));
      V forget = at.f ? gate(through(peephole.f, before, load(at.f + j, n), j, n)) : 1.0f - input;
      V candidate = squash(load(at.g + j, n));
      store(at.i + j, input, n);
      if (at.f) store(at.f + j, forget, n);
      store(at.g + j, candidate, n);
      store(c + row + j, within(forget * before + input * candidate, (float)cellClip), n);
    });
  }
}

static void lstmStateBackward(float* gates, const float* cPrevious, const float* c, const float* peepholes, const float* activations, double gateClip, double cellClip, int coupled, float* dc, float* dpeepholes, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 3, gateClip);
  const Peepholes<const float> peephole(peepholes, coupled, hidden);
  const Peepholes<float> dpeephole(dpeepholes, coupled, hidden);
  const float limit = cellClip > 0 ? (float)cellClip : __builtin_inff();
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    const LstmGates at(gates, coupled, b, hidden);
    if (ended(lengths, t, b)) {
      zeroRow(at.i, (int)(at.o - at.i));
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V before = load(cPrevious + row + j, n), dstate = load(dc + row + j, n);
      V input = load(at.i + j, n), candidate = load(at.g + j, n);
      dstate = select(absolute(load(c + row + j, n)) >= limit, V{}, dstate);
      V dinput = dstate * (at.f ? candidate : candidate - before) * gate.slope(input);
      V forget = at.f ? load(at.f + j, n) : 1.0f - input;
      V carried = through(peephole.i, dinput, dstate * forget, j, n);
      if (at.f) {
        V dforget = dstate * before * gate.slope(forget);
        carried = through(peephole.f, dforget, carried, j, n);
        gather(dpeephole.f, dforget * before, j, n);
        store(at.f + j, dforget, n);
      }
      gather(dpeephole.i, dinput * before, j, n);
      store(at.i + j, dinput, n);
      store(at.g + j, dstate * input * squash.slope(candidate), n);
      store(dc + row + j, carried, n);
    });
  }
}

static void lstmOutputForward(float* gates, const float* c, const float* cOut, const float* hPrevious, float* h, const float* peepholes, const float* activations, double gateClip, int coupled, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 6, 0);
  const Peepholes<const float> peephole(peepholes, coupled, hidden);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    if (ended(lengths, t, b)) {
      if (hPrevious) copyRow(hPrevious + row, h + row, hidden);
      else zeroRow(h + row, hidden);
      continue;
    }
    float* o = LstmGates(gates, coupled, b, hidden).o;
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V output = gate(through(peephole.o, load(c + row + j, n), load(o + j, n), j, n));
      store(o + j, output, n);
      store(h + row + j, output * squash(load(cOut + row + j, n)), n);
    });
  }
}

static void lstmOutputBackward(float* gates, const float* c, const float* cOut, const float* peepholes, const float* activations, double gateClip, int coupled, const float* dy, float* dh, float* dc, float* dcOut, float* dpeepholes, const int* lengths, int t, int batch, int hidden) {
  const Activation gate(activations, gateClip), squash(activations + 6, 0);
  const Peepholes<const float> peephole(peepholes, coupled, hidden);
  const Peepholes<float> dpeephole(dpeepholes, coupled, hidden);
  for (int b = 0; b < batch; b++) {
    long row = (long)b * hidden;
    float* o = LstmGates(gates, coupled, b, hidden).o;
    if (ended(lengths, t, b)) {
      zeroRow(o, hidden);
      continue;
    }
    overVectors(hidden, [&](int j, auto n) INLINE_LAMBDA {
      V output = load(o + j, n), squashed = squash(load(cOut + row + j, n));
      V dhTotal = load(dh + row + j, n);
      if (dy) dhTotal += load(dy + row + j, n);
      V doutput = dhTotal * squashed * gate.slope(output);
      // dcOut may be dc itself, so what the first adds is stored before the second is read.
      gather(dcOut + row, dhTotal * output * squash.slope(squashed), j, n);
      if (peephole.o) gather(dc + row, load(peephole.o + j, n) * doutput, j, n);
      gather(dpeephole.o, doutput * load(c + row + j, n), j, n);
      store(o + j, doutput, n);
      store(dh + row + j, V{}, n);
    });
  }
}
