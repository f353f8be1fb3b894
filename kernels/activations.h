// The activation functions of recurrent cells: σ and tanh, known when the kernels are built, and those that ONNX names, chosen by
// number at run time. The slope of each of these follows from its result alone, so that a cell keeps no sums. The numbers and equations stand in kernels.h, at elmanVariantForward.
#pragma once
#include "elementwise.h"

struct Logistic {
  INLINE_MEMBER V operator()(V x) const { return logistic(x); }
};

struct Tanh {
  INLINE_MEMBER V operator()(V x) const { return hyperbolicTangent(x); }
};

enum class Code { TANH, RELU, SIGMOID, AFFINE, LEAKY_RELU, THRESHOLDED_RELU, SCALED_TANH, HARD_SIGMOID, ELU, SOFTSIGN, SOFTPLUS };

// exp(x) − 1 for x ≤ 0, without cancellation near zero. Below x = −87 it rounds to −1.
INLINE V exponentialMinusOne(V x) {
  Reduced reduced = reduce(atLeast(atMost(x, 0.0f), -87.0f));
  V power = powerOfTwo(reduced.n);
  return expMinusOneReduced(reduced.r) * power + (power - 1.0f);
}

// log(1 + x) for 0 ≤ x ≤ 1: the logarithm of the rounded sum, and to first order what the rounding has lost.
INLINE V logarithmOfOnePlus(V x) {
  V sum = 1.0f + x;
  return logarithm(sum) + (x - (sum - 1.0f)) / sum;
}

// x between ±limit; as it is where the limit is 0.
INLINE V within(V x, float limit) { return limit > 0 ? atLeast(atMost(x, limit), -limit) : x; }

// One activation as kernels are given it, [code, alpha, beta], with the bound of its argument. Its two functions are never
// inlined: one copy for all callers keeps the kernels small, and gives the results at the bound the same bits everywhere,
// by which slope knows them again.
struct Activation {
  Code code;
  float alpha, beta, clip, atLower = 0, atUpper = 0;

  INLINE_MEMBER Activation(const float* triple, double gateClip)
      : code((Code)(int)triple[0]), alpha(triple[1]), beta(triple[2]), clip((float)gateClip) {
    if (clip > 0) {
      atLower = (*this)(splat(-clip))[0];
      atUpper = (*this)(splat(clip))[0];
    }
  }

  __attribute__((noinline)) V operator()(V x) const {
    x = within(x, clip);
    switch (code) {
      case Code::TANH: return hyperbolicTangent(x);
      case Code::RELU: return select(x < 0.0f, V{}, x);
      case Code::SIGMOID: return logistic(x);
      case Code::AFFINE: return alpha * x + beta;
      case Code::LEAKY_RELU: return select(x < 0.0f, alpha * x, x);
      case Code::THRESHOLDED_RELU: return select(x < alpha, V{}, x);
      case Code::SCALED_TANH: return alpha * hyperbolicTangent(beta * x);
      case Code::HARD_SIGMOID: return atLeast(atMost(alpha * x + beta, 1.0f), 0.0f);
      case Code::ELU: return select(x < 0.0f, alpha * exponentialMinusOne(x), x);
      case Code::SOFTSIGN: return x / (1.0f + absolute(x));
      case Code::SOFTPLUS: return select(x < 0.0f, V{}, x) + logarithmOfOnePlus(exponential(-absolute(x)));
    }
    return x;
  }

  // f′ where f gave y: 0 where the argument was outside its bound.
  __attribute__((noinline)) V slope(V y) const {
    V d = slopeInside(y);
    return clip > 0 ? select((y == atLower) | (y == atUpper), V{}, d) : d;
  }

 private:
  INLINE_MEMBER V slopeInside(V y) const {
    const V one = splat(1.0f);
    switch (code) {
      case Code::TANH: return 1.0f - y * y;
      case Code::RELU: return select(y > 0.0f, one, V{});
      case Code::SIGMOID: return y * (1.0f - y);
      case Code::AFFINE: return splat(alpha);
      case Code::LEAKY_RELU: return select(y > 0.0f, one, splat(alpha));
      case Code::THRESHOLDED_RELU: return select(y != 0.0f, one, V{});
      case Code::SCALED_TANH: return alpha == 0 ? V{} : beta * (alpha - y * y / alpha);
      case Code::HARD_SIGMOID: return select((y > 0.0f) & (y < 1.0f), splat(alpha), V{});
      case Code::ELU: return select(y > 0.0f, one, y + alpha);
      case Code::SOFTSIGN: return (1.0f - absolute(y)) * (1.0f - absolute(y));
      case Code::SOFTPLUS: return -exponentialMinusOne(-y);
    }
    return one;
  }
};
