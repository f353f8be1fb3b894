// Entry by entry: functions, copies and sums.
#pragma once
#include "functions.h"

enum { IDENTITY, EXP, TANH, LOGISTIC, RELU, LOG, SQUARE_ROOT, NEGATION, SQUARE, RECIPROCAL, ABSOLUTE };

// The core of WebAssembly has the operations that a plain language model calls; asked for another it stops at once.
#ifdef CORE
#define BEYOND_CORE(CALLS) default: __builtin_trap();
#else
#define BEYOND_CORE(CALLS) CALLS
#endif

// ln x = e ln 2 + ln m with m in [√½, √2): the polynomial of Cephes' logf (Moshier 1989). Of zero −∞, of negatives NaN.
static __attribute__((noinline)) V logarithm(V x) {
  V scaled = select(x < 1.17549435e-38f, x * 8388608.0f, x);
  VI e = ((bits(scaled) >> 23) & splatInt(0xff)) - 126;
  e = e - ((VI)(x < 1.17549435e-38f) & splatInt(23));
  V m = fromBits((bits(scaled) & splatInt(0x007fffff)) | splatInt(0x3f000000));
  VI small = m < 0.707106781186547524f;
  m = select(small, m + m, m) - 1.0f;
  e = e + small;
  V n = __builtin_convertvector(e, V), z = m * m;
  V q = m * 7.0376836292e-2f - 1.1514610310e-1f;
  q = q * m + 1.1676998740e-1f;
  q = q * m - 1.2420140846e-1f;
  q = q * m + 1.4249322787e-1f;
  q = q * m - 1.6668057665e-1f;
  q = q * m + 2.0000714765e-1f;
  q = q * m - 2.4999993993e-1f;
  q = q * m + 3.3333331174e-1f;
  V y = q * m * z + n * -2.12194440e-4f - 0.5f * z + m + n * 0.693359375f;
  const float infinity = __builtin_inff();
  y = select(x == infinity, splat(infinity), y);
  y = select(x == 0.0f, splat(-infinity), y);
  return select((x < 0.0f) | (x != x), splat(__builtin_nanf("")), y);
}

// −1, 0 or 1.
INLINE V sign(V x) { return select(x > 0.0f, splat(1.0f), select(x < 0.0f, splat(-1.0f), V{})); }

template <int OPERATION>
INLINE V apply(V x) {
  if constexpr (OPERATION == EXP) return exponential(x);
  if constexpr (OPERATION == TANH) return hyperbolicTangent(x);
  if constexpr (OPERATION == LOGISTIC) return logistic(x);
  if constexpr (OPERATION == RELU) return select(x < 0.0f, V{}, x);
  if constexpr (OPERATION == LOG) return logarithm(x);
  if constexpr (OPERATION == SQUARE_ROOT) return squareRoot(x);
  if constexpr (OPERATION == NEGATION) return -x;
  if constexpr (OPERATION == SQUARE) return x * x;
  if constexpr (OPERATION == RECIPROCAL) return 1.0f / x;
  if constexpr (OPERATION == ABSOLUTE) return absolute(x);
  return x;
}

template <int OPERATION>
INLINE V derivative(V x, V y) {
  if constexpr (OPERATION == EXP) return y;
  if constexpr (OPERATION == TANH) return 1.0f - y * y;
  if constexpr (OPERATION == LOGISTIC) return y * (1.0f - y);
  if constexpr (OPERATION == RELU) return select(x > 0.0f, splat(1.0f), V{});
  if constexpr (OPERATION == LOG) return 1.0f / x;
  if constexpr (OPERATION == SQUARE_ROOT) return 0.5f / y;
  if constexpr (OPERATION == NEGATION) return splat(-1.0f);
  if constexpr (OPERATION == SQUARE) return x + x;
  if constexpr (OPERATION == RECIPROCAL) return -y * y;
  if constexpr (OPERATION == ABSOLUTE) return sign(x);
  return splat(1.0f);
}

template <int OPERATION>
static void unaryOf(const float* x, float* y, int n) {
  overVectors(n, [&](int j, auto lanes) INLINE_LAMBDA { store(y + j, apply<OPERATION>(load(x + j, lanes)), lanes); });
}

template <int OPERATION>
static void unaryBackwardOf(const float* x, const float* y, const float* dy, float* dx, int n) {
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V slope = derivative<OPERATION>(load(x + j, left), load(y + j, left));
    store(dx + j, load(dx + j, left) + load(dy + j, left) * slope, left);
  }
}

#define EACH_OPERATION(CALL) \
  switch (operation) { \
    case TANH: return CALL(TANH); \
    case RELU: return CALL(RELU); \
    case SQUARE: return CALL(SQUARE); \
    BEYOND_CORE( \
      case IDENTITY: return CALL(IDENTITY); \
      case EXP: return CALL(EXP); \
      case LOGISTIC: return CALL(LOGISTIC); \
      case LOG: return CALL(LOG); \
      case SQUARE_ROOT: return CALL(SQUARE_ROOT); \
      case NEGATION: return CALL(NEGATION); \
      case RECIPROCAL: return CALL(RECIPROCAL); \
      case ABSOLUTE: return CALL(ABSOLUTE); \
    ) \
  }

static void unary(int operation, const float* x, float* y, int n) {
#define CALL(OPERATION) unaryOf<OPERATION>(x, y, n)
  EACH_OPERATION(CALL)
#undef CALL
}

static void unaryBackward(int operation, const float* x, const float* y, const float* dy, float* dx, int n) {
#define CALL(OPERATION) unaryBackwardOf<OPERATION>(x, y, dy, dx, n)
  EACH_OPERATION(CALL)
#undef CALL
}

static void addScaled(const float* x, double factor, float* y, int n) {
  V f = splat((float)factor);
  for (int j = 0; j < n; j += VL) store(y + j, load(y + j, n - j) + f * load(x + j, n - j), n - j);
}

static void scale(float* x, double factor, int n) {
  V f = splat((float)factor);
  for (int j = 0; j < n; j += VL) store(x + j, f * load(x + j, n - j), n - j);
}

static void approach(const float* x, double rate, float* y, int n) {
  V r = splat((float)rate);
  for (int j = 0; j < n; j += VL) {
    V from = load(y + j, n - j);
    store(y + j, from + r * (load(x + j, n - j) - from), n - j);
  }
}

static void widen(const int* x, float* y, int n) {
  for (int j = 0; j < n; j++) y[j] = (float)x[j];
}

static void fill(float* x, double value, int n) {
  V v = splat((float)value);
  for (int j = 0; j < n; j += VL) store(x + j, v, n - j);
}

static void copyRows(const float* x, int xRow, float* y, int yRow, int m, int n, int accumulate) {
  for (int i = 0; i < m; i++, x += xRow, y += yRow)
    for (int j = 0; j < n; j += VL) {
      V v = load(x + j, n - j);
      store(y + j, accumulate ? v + load(y + j, n - j) : v, n - j);
    }
}

static void sumRows(const float* x, int xRow, float* sums, int m, int n) {
  for (int i = 0; i < m; i++, x += xRow)
    for (int j = 0; j < n; j += VL) store(sums + j, load(sums + j, n - j) + load(x + j, n - j), n - j);
}

// f over a row, sixteen entries at a time: f(sums, offset, lanes that exist) for each part of VL.
template <typename F>
INLINE Sixteen overRow(float initial, int n, F f) {
  Sixteen sums(initial);
  int j = 0;
  for (; j + 16 <= n; j += 16)
#pragma GCC unroll 4
    for (int part = 0; part < 16 / VL; part++) sums.lanes[part] = f(sums.lanes[part], j + part * VL, Whole{});
  Sixteen last = sums;
  for (int part = 0; j < n; part++, j += VL) last.lanes[part] = f(last.lanes[part], j, n - j);
  return last;
}

static void sumColumns(const float* x, int xRow, double factor, float* sums, int m, int n) {
  for (int i = 0; i < m; i++, x += xRow)
    sums[i] += (float)factor * overRow(0, n, [&](V sum, int j, auto left) INLINE_LAMBDA { return sum + load(x + j, left); }).total();
}

static double sumOfSquares(const float* x, int n) {
  double sum = 0;
  for (int start = 0; start < n; start += 4096) {
    const float* part = x + start;
    int count = n - start < 4096 ? n - start : 4096;
    sum += overRow(0, count, [&](V total, int j, auto left) INLINE_LAMBDA {
             V v = load(part + j, left);
             return total + v * v;
           }).total();
  }
  return sum;
}

static int firstNotFinite(const float* x, int n) {
  for (int j = 0; j < n; j++)
    if (!(x[j] - x[j] == 0)) return j;
  return -1;
}
