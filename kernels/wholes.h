// Whole numbers that decide what is computed: ids and targets checked and counted, weights summed, steps marked.
#pragma once
#include "vector.h"

static double firstOutside(const int* ids, int n, int count, double ignored) {
  for (int i = 0; i < n; i++)
    if ((ids[i] < 0 || ids[i] >= count) && ids[i] != ignored) return ids[i];
  return __builtin_nan("");
}

static int countOf(const int* ids, int value, int n) {
  int found = 0;
  for (int i = 0; i < n; i++) found += ids[i] == value;
  return found;
}

static double total(const float* x, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += x[i];
  return sum;
}

// By bits, since a processor that takes tiny numbers for zero must not take a step of them for padding.
static void markRows(const float* x, double value, int whole, int* marks, int m, int n) {
  const int* entries = (const int*)x;
  const float number = (float)value;
  const bool exists = whole ? (double)(int)value == value : (double)number == value;
  const int wanted = whole ? (int)value : bits(splat(number))[0];
  const bool isZero = !whole && value == 0;
  for (int i = 0; i < m; i++, entries += n) {
    marks[i] = !exists;
    for (int j = 0; j < n && !marks[i]; j++) marks[i] = isZero ? (entries[j] & 0x7fffffff) != 0 : entries[j] != wanted;
  }
}
