// Entries at even steps along each axis: transposes, slices, repeated axes, and the way back.
#pragma once
#include "elementwise.h"

// f(place in x, place in y, step in x, entries) for each row of the last axis; returns the place in y behind them.
template <typename F>
static long overSteps(const int* lengths, const int* steps, int rank, long x, long y, F f) {
  if (rank == 1) {
    f(x, y, (long)steps[0], lengths[0]);
    return y + lengths[0];
  }
  for (int i = 0; i < lengths[0]; i++, x += steps[0]) y = overSteps(lengths + 1, steps + 1, rank - 1, x, y, f);
  return y;
}

static void gatherSteps(const float* x, const int* layout, float* y, int rank, int accumulate) {
  overSteps(layout, layout + rank, rank, 0, 0, [=](long from, long to, long step, int n) {
    if (step == 1) copyRows(x + from, 0, y + to, 0, 1, n, accumulate);
    else
      for (int j = 0; j < n; j++) y[to + j] = accumulate ? y[to + j] + x[from + j * step] : x[from + j * step];
  });
}

static void scatterAddSteps(const float* y, const int* layout, float* x, int rank) {
  overSteps(layout, layout + rank, rank, 0, 0, [=](long to, long from, long step, int n) {
    if (step == 1) copyRows(y + from, 0, x + to, 0, 1, n, 1);
    else
      for (int j = 0; j < n; j++) x[to + j * step] += y[from + j];
  });
}
