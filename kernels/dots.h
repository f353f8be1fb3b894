// Products with entries that are found by a table of places.
#pragma once
#include "vector.h"

static void gatherDots(const float* x, const int* places, const float* weights, const float* bias, const int* outputs, float* y, int groups, int channels, int size, int entries, int rows, int positions) {
  for (int group = 0; group < groups; group++, y += positions) {
    for (int row = 0; row < rows; row++) {
      const int* at = places + (long)row * entries;
      const float *channel = x + (long)group * channels * size, *weight = weights + (long)group * channels * entries;
      double sum = 0;
      for (int c = 0; c < channels; c++, channel += size, weight += entries)
        for (int entry = 0; entry < entries; entry++)
          if (at[entry] >= 0) sum += (double)weight[entry] * channel[at[entry]];
      y[outputs ? outputs[row] : row] = (float)(sum + (bias ? bias[group] : 0));
    }
  }
}
