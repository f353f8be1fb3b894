// Independent multiply-adds in registers and nothing else: what one core can do. The same loop for every instruction set;
// the compiler makes one fused instruction of `sum * factor + term` where there is one, in WebAssembly a multiplication
// and an addition.
#pragma once

using Vector4 = float __attribute__((vector_size(16)));
using Vector8 = float __attribute__((vector_size(32)));
using Vector16 = float __attribute__((vector_size(64)));

template <typename Vector, int SUMS>
float multiplyAdd(float start, long repetitions) {
    const Vector factor = Vector {} + 0.75f;
    const Vector term = Vector {} + start;
    Vector sums[SUMS];
    for (int i = 0; i < SUMS; i++) sums[i] = term * static_cast<float>(i);
    for (long repetition = 0; repetition < repetitions; repetition++) {
#pragma GCC unroll 32
        for (int i = 0; i < SUMS; i++) sums[i] = sums[i] * factor + term;
    }
    float result = 0;
    for (int i = 0; i < SUMS; i++)
        for (unsigned lane = 0; lane < sizeof(Vector) / sizeof(float); lane++) result += sums[i][lane];
    return result;
}
