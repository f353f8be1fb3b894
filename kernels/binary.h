// Two operands entry by entry, with broadcasting: arithmetic, the larger and the smaller, powers, comparisons.
#pragma once
#include "elementwise.h"

enum { ADD, SUBTRACT, MULTIPLY, DIVIDE, LARGER, SMALLER, POWER, ABOVE, AT_LEAST, EQUAL, KEPT };

// aᵇ where b is a whole number of at most 64, by squaring: exact where the products are.
static float wholePower(float a, int b) {
  float y = 1;
  for (int left = b < 0 ? -b : b; left > 0; left >>= 1, a *= a)
    if (left & 1) y *= a;
  return b < 0 ? 1 / y : y;
}

// aᵇ = exp(b ln |a|), negative where a is and b is odd, NaN where a is negative and b no whole number. From 2²⁴ on all numbers are even.
static __attribute__((noinline)) V power(V a, V b) {
  V y = exponential(b * logarithm(absolute(a)));
  for (int lane = 0; lane < VL; lane++) {
    const bool isShort = absolute(b)[lane] < 16777216.0f;
    const int whole = isShort ? (int)b[lane] : 0;
    if (isShort && b[lane] == (float)whole && whole >= -64 && whole <= 64) y[lane] = wholePower(a[lane], whole);
    else if (a[lane] < 0 && a[lane] > -__builtin_inff() && isShort && b[lane] != (float)whole) y[lane] = __builtin_nanf("");
    else if (bits(a)[lane] < 0 && isShort && b[lane] == (float)whole && (whole & 1)) y[lane] = -y[lane];
  }
  return y;
}

template <int OPERATION>
INLINE V combine(V a, V b) {
  if constexpr (OPERATION == ADD) return a + b;
  if constexpr (OPERATION == SUBTRACT) return a - b;
  if constexpr (OPERATION == MULTIPLY) return a * b;
  if constexpr (OPERATION == DIVIDE) return a / b;
  if constexpr (OPERATION == LARGER) return select((a > b) | (a != a), a, b);
  if constexpr (OPERATION == SMALLER) return select((a < b) | (a != a), a, b);
  if constexpr (OPERATION == POWER) return power(a, b);
  if constexpr (OPERATION == ABOVE) return select(a > b, splat(1.0f), V{});
  if constexpr (OPERATION == AT_LEAST) return select(a >= b, splat(1.0f), V{});
  if constexpr (OPERATION == EQUAL) return select(a == b, splat(1.0f), V{});
  return select(b != 0.0f, a, V{});
}

// dy ∘ ∂f/∂a, or with OPERAND 1 dy ∘ ∂f/∂b.
template <int OPERATION, int OPERAND>
INLINE V slope(V a, V b, V dy) {
  if constexpr (OPERATION == MULTIPLY) return dy * (OPERAND ? a : b);
  if constexpr (OPERATION == DIVIDE) return OPERAND ? -(dy * (a / b) / b) : dy / b;
  if constexpr (OPERATION == LARGER) return select((a >= b) == splatInt(OPERAND ? 0 : -1), dy, V{});
  if constexpr (OPERATION == SMALLER) return select((a <= b) == splatInt(OPERAND ? 0 : -1), dy, V{});
  if constexpr (OPERATION == POWER && OPERAND == 0) return select(b == 0.0f, V{}, dy * b * power(a, b - 1.0f));
  if constexpr (OPERATION == POWER) return select(a == 0.0f, V{}, dy * power(a, b) * logarithm(a));
  if constexpr (OPERATION == KEPT && OPERAND == 0) return select(b != 0.0f, dy, V{});
  return V{};
}

// f(a, b, place in y, lanes) for each vector of m rows of n entries, whose operands are spread with strides.
template <typename F>
INLINE void overPairs(const float* a, int aRow, int aCol, const float* b, int bRow, int bCol, int m, int n, F f) {
  for (int i = 0; i < m; i++, a += aRow, b += bRow)
    overVectors(n, [&](int j, auto lanes) INLINE_LAMBDA {
      f(aCol ? load(a + j, lanes) : splat(*a), bCol ? load(b + j, lanes) : splat(*b), (long)i * n + j, lanes);
    });
}

template <int OPERATION>
static void binaryOf(const float* a, int aRow, int aCol, const float* b, int bRow, int bCol, float* y, int m, int n) {
  overPairs(a, aRow, aCol, b, bRow, bCol, m, n, [&](V x, V z, long at, auto lanes) INLINE_LAMBDA { store(y + at, combine<OPERATION>(x, z), lanes); });
}

static void binary(int operation, const float* a, int aRow, int aCol, const float* b, int bRow, int bCol, float* y, int m, int n) {
#define CALL(OPERATION) \
  case OPERATION: return binaryOf<OPERATION>(a, aRow, aCol, b, bRow, bCol, y, m, n);
  switch (operation) {
    CALL(ADD) CALL(SUBTRACT) CALL(MULTIPLY)
    BEYOND_CORE(CALL(DIVIDE) CALL(LARGER) CALL(SMALLER) CALL(POWER) CALL(ABOVE) CALL(AT_LEAST) CALL(EQUAL) CALL(KEPT))
  }
#undef CALL
}

template <int OPERATION, int OPERAND>
static void slopesOf(const float* a, int aRow, int aCol, const float* b, int bRow, int bCol, const float* dy, float* slopes, int m, int n) {
  overPairs(a, aRow, aCol, b, bRow, bCol, m, n, [&](V x, V z, long at, auto lanes) INLINE_LAMBDA {
    store(slopes + at, slope<OPERATION, OPERAND>(x, z, load(dy + at, lanes)), lanes);
  });
}

static void binarySlopes(int operation, int operand, const float* a, int aRow, int aCol, const float* b, int bRow, int bCol, const float* dy, float* slopes, int m, int n) {
#define CALL(OPERATION) \
  case OPERATION: \
    return operand ? slopesOf<OPERATION, 1>(a, aRow, aCol, b, bRow, bCol, dy, slopes, m, n) : slopesOf<OPERATION, 0>(a, aRow, aCol, b, bRow, bCol, dy, slopes, m, n);
  switch (operation) {
    CALL(MULTIPLY)
    BEYOND_CORE(CALL(DIVIDE) CALL(LARGER) CALL(SMALLER) CALL(POWER) CALL(KEPT))
  }
#undef CALL
}
