// Random numbers that depend on where they are used alone, and the dropout and the noise made of them.
#pragma once
#include "elementwise.h"

typedef unsigned VU __attribute__((vector_size(VL * 4)));
typedef unsigned long long Pairs __attribute__((vector_size(VL * 4)));

// The 64-bit products of every other lane.
INLINE Pairs multiplyEven(VU a, unsigned b) {
#if VL == 16
  return (Pairs)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi32((int)b));
#elif VL == 8
  return (Pairs)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi32((int)b));
#else
  return ((Pairs)a & 0xffffffffull) * (unsigned long long)b;
#endif
}

struct Product {
  VU low, high;
};
INLINE Product product(VU a, unsigned b) {
  Pairs even = multiplyEven(a, b), odd = multiplyEven((VU)((Pairs)a >> 32), b);
  return {(VU)((even & 0xffffffffull) | (odd << 32)), (VU)((even >> 32) | (odd & ~0xffffffffull))};
}

// Philox4x32-10, Salmon et al. 2011, VL counters at a time: they differ in their first word alone.
struct Philox {
  VU words[4];
};
INLINE Philox philox(VU counter, unsigned row, unsigned step, unsigned place, unsigned key0, unsigned key1) {
  VU c0 = counter, c1 = row - VU{}, c2 = step - VU{}, c3 = place - VU{};
  for (int round = 0; round < 10; round++) {
    Product first = product(c0, 0xD2511F53u), second = product(c2, 0xCD9E8D57u);
    c0 = second.high ^ c1 ^ key0;
    c1 = second.low;
    c2 = first.high ^ c3 ^ key1;
    c3 = first.low;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

// Sixty-four units take the four words of sixteen counters, word by word, so that a vector of units is a vector of one word.
static void dropout(const float* x, float* y, double keep, int seed, int draw, int place, int firstRow, int locked, int steps, int rows, int width, int accumulate) {
  const unsigned threshold = (unsigned)(keep * 16777216.0);
  const V factor = splat((float)(1.0 / keep));
  VU lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (int t = 0; t < steps; t++)
    for (int row = 0; row < rows; row++, x += width, y += width)
      for (int block = 0; block < width; block += 64)
        for (int part = 0; part < 16 && block + part < width; part += VL) {
          Philox random = philox(lanes + (unsigned)(block / 4 + part), firstRow + row, locked ? 0 : t, place, seed, draw);
          for (int word = 0; word < 4; word++) {
            int j = block + 16 * word + part, left = width - j;
            if (left <= 0) break;
            V v = load(x + j, left) * select((VI)((VI)(random.words[word] >> 8) < (int)threshold), factor, V{});
            store(y + j, accumulate ? load(y + j, left) + v : v, left);
          }
        }
}

// cos θ and sin θ for θ = (t − 2²¹)·2π·2⁻²⁴: the upper two of the 24 bits of t say which quarter of the circle, the others where
// in ±π/4; there Cephes' polynomials (Moshier 1989).
struct Circle {
  V cosine, sine;
};
INLINE Circle circle(VI t) {
  V r = __builtin_convertvector((t & splatInt(0x3fffff)) - 0x200000, V) * 3.74507028e-7f;
  V z = r * r;
  V sine = ((z * -1.9515295891e-4f + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  V cosine = ((z * 2.443315711809948e-5f - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
  VI quarter = t >> 22;
  VI odd = (quarter & 1) == 1;
  V x = select(odd, sine, cosine), y = select(odd, cosine, sine);
  return {select((quarter == 1) | (quarter == 2), -x, x), select(quarter >= 2, -y, y)};
}

// sum + a·b, rounded once on every processor that can: a compiler that moves the product out of a branch would not fuse it by itself.
INLINE V fusedSum(V sum, V a, V b) {
#if VL == 16
  return (V)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)sum);
#elif VL == 8
  return (V)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum);
#else
  return sum + a * b;
#endif
}

// Normal numbers by Box and Muller (1958), two from two words; entries take words as in dropout.
static void gaussianNoise(const float* x, float* y, double deviation, int seed, int draw, int place, int n) {
  const V factor = splat((float)deviation);
  VU lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (int block = 0; block < n; block += 64)
    for (int part = 0; part < 16 && block + part < n; part += VL) {
      Philox random = philox(lanes + (unsigned)(block / 4 + part), 0, 0, place, seed, draw);
      for (int word = 0; word < 4; word += 2) {
        V u = __builtin_convertvector((VI)(random.words[word] >> 8) + 1, V) * 5.9604644775390625e-8f;
        V radius = factor * squareRoot(logarithm(u) * -2.0f);
        Circle turned = circle((VI)(random.words[word + 1] >> 8));
        int j = block + 16 * word + part;
        if (j < n) store(y + j, fusedSum(load(x + j, n - j), radius, turned.cosine), n - j);
        if (j + 16 < n) store(y + j + 16, fusedSum(load(x + j + 16, n - j - 16), radius, turned.sine), n - j - 16);
      }
    }
}
