// Packed copies in fewer bits: IEEE 754 halves, or whole numbers from −127 to 127 with a scale for each column. A copy says in its
// first entry what it is made of, so that whoever multiplies by it need not know. Entries are widened to float32 in registers on
// their way into the multiply-adds.
#pragma once
#include "vector.h"

typedef unsigned short Half;
typedef signed char Eighth;

enum Precision { FLOAT32, FLOAT16, INT8 };
enum { HEADER = 16, MOST_EIGHTH = 127 };

INLINE V widened(const float* p) { return load(p); }

#if VL == 16
INLINE V widened(const Half* p) { return (V)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)p)); }
INLINE V widened(const Eighth* p) { return (V)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p))); }
#elif VL == 8
INLINE V widened(const Half* p) { return (V)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)p)); }
INLINE V widened(const Eighth* p) { return (V)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p))); }
#else
typedef short Halves __attribute__((vector_size(VL * 2)));
typedef signed char Eighths __attribute__((vector_size(VL)));
INLINE V widened(const Half* p) {
  Halves halves;
  __builtin_memcpy(&halves, p, sizeof halves);
  VI half = __builtin_convertvector(halves, VI), magnitude = (half << 13) & 0x0fffe000;
#if defined(__wasm__)
  // Where float32 has its exponent and fraction they are 2¹¹² times too small, subnormal halves included.
  V value = fromBits(magnitude) * 0x1p112f;
#else
  // A subnormal half is the fraction of 2⁻¹⁴, less its leading one: as a float32 it would be subnormal too, and count as zero.
  V value = select(magnitude < 1 << 23, fromBits(magnitude + (113 << 23)) - 0x1p-14f, fromBits(magnitude + (112 << 23)));
#endif
  return fromBits(bits(value) | (half & splatInt((int)0x80000000)));
}
INLINE V widened(const Eighth* p) {
  Eighths eighths;
  __builtin_memcpy(&eighths, p, sizeof eighths);
  return __builtin_convertvector(__builtin_convertvector(eighths, VI), V);
}
#endif

INLINE int bitsOf(float x) { return __builtin_bit_cast(int, x); }

// To the nearest half, ties to even. Subnormal halves are what is left in the low bits when ½ has been added.
INLINE Half halfOf(float x) {
  int sign = bitsOf(x) >> 16 & 0x8000, magnitude = bitsOf(x) & 0x7fffffff;
  if (magnitude < 0x38800000) return sign | (bitsOf(__builtin_fabsf(x) + 0.5f) - bitsOf(0.5f));
  return sign | (magnitude - (112 << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
}

INLINE float floatOf(Half half) {
  int magnitude = (half & 0x7fff) << 13;
  float value = magnitude < 1 << 23 ? __builtin_bit_cast(float, magnitude + (113 << 23)) - 0x1p-14f : __builtin_bit_cast(float, magnitude + (112 << 23));
  return half & 0x8000 ? -value : value;
}

INLINE Eighth eighthOf(float x, float scale) {
  float steps = scale > 0 ? __builtin_rintf(x / scale) : 0;
  return (Eighth)(steps > MOST_EIGHTH ? MOST_EIGHTH : steps < -MOST_EIGHTH ? -MOST_EIGHTH : steps);
}

// A packed copy: what it is made of, the scale of each column (INT8 alone), and the panels' entries.
struct Operand {
  Precision precision;
  const float* scales;
  const void* entries;
};

INLINE int scalesRoom(int precision, int n) { return precision == INT8 ? (n + 15) / 16 * 16 : 0; }

INLINE Operand operandAt(const float* packed, int n) {
#ifdef CORE
  // A plain language model that is trained has no narrow copies.
  return {FLOAT32, nullptr, packed + HEADER};
#endif
  Precision precision = (Precision)bitsOf(packed[0]);
  return {precision, precision == INT8 ? packed + HEADER : nullptr, packed + HEADER + scalesRoom(precision, n)};
}

// Entries `place` to place + count − 1 as float32: where they stand, or widened into `room`.
INLINE const float* entriesAt(const Operand& b, long place, int count, float* room) {
  switch (b.precision) {
    case FLOAT16:
      for (int i = 0; i < count; i += VL) store(room + i, widened((const Half*)b.entries + place + i));
      return room;
    case INT8:
      for (int i = 0; i < count; i += VL) store(room + i, widened((const Eighth*)b.entries + place + i));
      return room;
    default:
      return (const float*)b.entries + place;
  }
}
