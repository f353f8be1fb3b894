// The peak of one core in WebAssembly: 128-bit multiplication and addition, without relaxed SIMD's fused one. Thirteen sums,
// the factor and the term are as many as sixteen registers hold while one is kept for the product.

#include "peak-loop.h"

extern "C" __attribute__((export_name("multiplyAdd"))) float multiplyAddWasm(float start, int repetitions) {
    return multiplyAdd<Vector4, 13>(start, repetitions);
}
