// A vector of VL floats, and the few operations on it that plain operators do not cover. The instruction set's translation
// unit defines VL. Loads and stores need no alignment.
#pragma once

#define INLINE static inline __attribute__((always_inline))
#define INLINE_MEMBER inline __attribute__((always_inline))

typedef float V __attribute__((vector_size(VL * 4)));
typedef int VI __attribute__((vector_size(VL * 4)));
typedef float Unaligned __attribute__((vector_size(VL * 4), aligned(4), may_alias));

INLINE V load(const float* p) { return *(const Unaligned*)p; }
INLINE void store(float* p, V v) { *(Unaligned*)p = v; }
INLINE V splat(float x) { return x - V{}; }
INLINE VI splatInt(int x) { return x - VI{}; }
INLINE VI bits(V v) { return (VI)v; }
INLINE V fromBits(VI v) { return (V)v; }
INLINE V select(VI mask, V yes, V no) { return fromBits((mask & bits(yes)) | (~mask & bits(no))); }
INLINE V absolute(V x) { return fromBits(bits(x) & splatInt(0x7fffffff)); }

// The last vector of a row may be partial: `count` lanes are read (the others are 0) or written.
INLINE V load(const float* p, int count) {
  if (count >= VL) return load(p);
  V v = {};
  for (int lane = 0; lane < count; lane++) v[lane] = p[lane];
  return v;
}
INLINE void store(float* p, V v, int count) {
  if (count >= VL) return store(p, v);
  for (int lane = 0; lane < count; lane++) p[lane] = v[lane];
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
