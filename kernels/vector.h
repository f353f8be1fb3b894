// A vector of VL floats, and the few operations on it that plain operators do not cover. The instruction set's translation
// unit defines VL. Loads and stores need no alignment.
#pragma once

#define INLINE static inline __attribute__((always_inline))
#define INLINE_MEMBER inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

typedef float V __attribute__((vector_size(VL * 4)));
typedef int VI __attribute__((vector_size(VL * 4)));
typedef float Unaligned __attribute__((vector_size(VL * 4), aligned(4), may_alias));

INLINE V load(const float* p) { return *(const Unaligned*)p; }
INLINE void store(float* p, V v) { *(Unaligned*)p = v; }
INLINE V splat(float x) { return x - V{}; }
INLINE VI splatInt(int x) { return x - VI{}; }
INLINE VI bits(V v) { return (VI)v; }
INLINE V fromBits(VI v) { return (V)v; }
INLINE V select(VI mask, V yes, V no) { return mask ? yes : no; }
// NaN stays NaN: these instructions give their last operand (WebAssembly's their first) where the two do not compare.
#if VL == 16
INLINE V atMost(V x, float limit) { return (V)_mm512_min_ps((__m512)splat(limit), (__m512)x); }
INLINE V atLeast(V x, float limit) { return (V)_mm512_max_ps((__m512)splat(limit), (__m512)x); }
#elif VL == 8
INLINE V atMost(V x, float limit) { return (V)_mm256_min_ps((__m256)splat(limit), (__m256)x); }
INLINE V atLeast(V x, float limit) { return (V)_mm256_max_ps((__m256)splat(limit), (__m256)x); }
#elif defined(__wasm__)
INLINE V atMost(V x, float limit) { return __builtin_wasm_pmin_f32x4(x, splat(limit)); }
INLINE V atLeast(V x, float limit) { return __builtin_wasm_pmax_f32x4(x, splat(limit)); }
#else
INLINE V atMost(V x, float limit) { return select(x > limit, splat(limit), x); }
INLINE V atLeast(V x, float limit) { return select(x < limit, splat(limit), x); }
#endif
INLINE V absolute(V x) { return fromBits(bits(x) & splatInt(0x7fffffff)); }

// sum + a·b, fused where that costs nothing: the compiler contracts it natively, WebAssembly has it in relaxed SIMD alone.
INLINE V multiplyAdd(V a, V b, V sum) {
#ifdef RELAXED
  return __builtin_wasm_relaxed_madd_f32x4(a, b, sum);
#else
  return sum + a * b;
#endif
}

// A vector of whose lanes none is missing, where the number of lanes is asked for.
struct Whole {};
INLINE V load(const float* p, Whole) { return load(p); }
INLINE void store(float* p, V v, Whole) { store(p, v); }

// The last vector of a row may be partial: `count` lanes are read (the others are 0) or written.
#if VL == 16
INLINE V load(const float* p, int count) { return count >= VL ? load(p) : (V)_mm512_maskz_loadu_ps((1u << count) - 1, p); }
INLINE void store(float* p, V v, int count) {
  if (count >= VL) return store(p, v);
  _mm512_mask_storeu_ps(p, (1u << count) - 1, (__m512)v);
}
#elif VL == 8
INLINE VI lanesBelow(int count) { return VI{0, 1, 2, 3, 4, 5, 6, 7} < count; }
INLINE V load(const float* p, int count) { return count >= VL ? load(p) : (V)_mm256_maskload_ps(p, (__m256i)lanesBelow(count)); }
INLINE void store(float* p, V v, int count) {
  if (count >= VL) return store(p, v);
  _mm256_maskstore_ps(p, (__m256i)lanesBelow(count), (__m256)v);
}
#else
// Part of a vector is rare, and these loops are long: one copy for all callers keeps the WebAssembly small.
static __attribute__((noinline)) V loadPart(const float* p, int count) {
  V v = {};
  for (int lane = 0; lane < count; lane++) v[lane] = p[lane];
  return v;
}
static __attribute__((noinline)) void storePart(float* p, V v, int count) {
  for (int lane = 0; lane < count; lane++) p[lane] = v[lane];
}
INLINE V load(const float* p, int count) { return count >= VL ? load(p) : loadPart(p, count); }
INLINE void store(float* p, V v, int count) {
  if (count >= VL) return store(p, v);
  storePart(p, v, count);
}
#endif

// v with `value` in the lanes that do not exist.
INLINE V filled(V v, Whole, float) { return v; }
INLINE V filled(V v, int count, float value) {
  for (int lane = count; lane < VL; lane++) v[lane] = value;
  return v;
}

// f(offset, lanes) for every vector of a row of n entries: the whole ones, then what is left.
template <typename F>
INLINE void overVectors(int n, F f) {
  int j = 0;
  for (; j + VL <= n; j += VL) f(j, Whole{});
  if (j < n) f(j, n - j);
}

INLINE V squareRoot(V x) {
  V y;
  for (int lane = 0; lane < VL; lane++) y[lane] = __builtin_sqrtf(x[lane]);
  return y;
}

// Sixteen running sums whatever VL is, added up in one order, so that every vector length gives the same bits.
struct Sixteen {
  V lanes[16 / VL];
  INLINE_MEMBER Sixteen(float x) { for (int i = 0; i < 16 / VL; i++) lanes[i] = splat(x); }
  INLINE_MEMBER float total() const {
    float x[16];
    for (int i = 0; i < 16 / VL; i++) store(x + i * VL, lanes[i]);
    for (int width = 8; width > 0; width /= 2)
      for (int lane = 0; lane < width; lane++) x[lane] += x[lane + width];
    return x[0];
  }
  INLINE_MEMBER float largest() const {
    float x[16], most;
    for (int i = 0; i < 16 / VL; i++) store(x + i * VL, lanes[i]);
    most = x[0];
    for (int lane = 1; lane < 16; lane++) most = x[lane] > most || x[lane] != x[lane] ? x[lane] : most;
    return most;
  }
};
