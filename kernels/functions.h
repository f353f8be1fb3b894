// exp, tanh and the logistic function, each within 4 units in the last place, saturating, NaN staying NaN.
#pragma once
#include "vector.h"

// x = n ln 2 + r with |r| ≤ ½ ln 2 (Cody & Waite 1980). Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
struct Reduced {
  V r;
  VI n;
};
INLINE Reduced reduce(V x) {
  const float magic = 12582912.0f;
  V shifted = x * 1.44269504088896341f + magic;
  V n = shifted - magic;
  V r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  return {r, bits(shifted) - bits(splat(magic))};
}

// exp(r) − 1 for |r| ≤ ½ ln 2: r + r²·q(r), the polynomial of Cephes' expf (Moshier 1989).
// Its terms are taken in pairs, which do not wait for one another.
INLINE V expMinusOneReduced(V r) {
  V square = r * r;
  V high = r * 1.9875691500e-4f + 1.3981999507e-3f;
  V middle = r * 8.3334519073e-3f + 4.1665795894e-2f;
  V low = r * 1.6666665459e-1f + 5.0000001201e-1f;
  return ((high * square + middle) * square + low) * square + r;
}

INLINE V powerOfTwo(VI n) { return fromBits((n + 127) << 23); }

INLINE V exponential(V x) {
  Reduced reduced = reduce(atLeast(atMost(x, 89.0f), -104.0f));
  // 2ⁿ in two factors, since n = 128 overflows one and results near 2⁻¹²⁶ underflow it.
  VI half = reduced.n >> 1;
  V y = (expMinusOneReduced(reduced.r) + 1.0f) * powerOfTwo(half);
  return y * powerOfTwo(reduced.n - half);
}

// 1 / (1 + exp(−x)). Below x = −88 the power of two becomes infinity and the result 0, which is then below 2⁻¹²⁶.
INLINE V logistic(V x) {
  Reduced reduced = reduce(atLeast(atMost(-x, 89.0f), -87.0f));
  return 1.0f / (1.0f + (expMinusOneReduced(reduced.r) + 1.0f) * powerOfTwo(reduced.n));
}

// tanh x = m / (m + 2) with m = exp(2x) − 1, which has no cancellation near zero; beyond |x| = 10 it rounds to ±1.
INLINE V hyperbolicTangent(V x) {
  V a = atMost(absolute(x), 10.0f);
  Reduced reduced = reduce(a + a);
  V power = powerOfTwo(reduced.n);
  V m = expMinusOneReduced(reduced.r) * power + (power - 1.0f);
  V y = m / (m + 2.0f);
  return fromBits(bits(y) | (bits(x) & splatInt((int)0x80000000)));
}
