// Random numbers that depend on where they are used alone, and the dropout made of them.
#pragma once
#include "vector.h"

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
