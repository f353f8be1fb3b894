// The peak of one core in WebAssembly: as many 128-bit multiplications as additions, all independent, in registers. Seven
// chains of each hide the latency and fill fourteen of sixteen registers. (A product that waits for its own sum would bound
// the loop by latency: matrix products, whose multiplications wait for nothing, were faster than that.)

using Vector = float __attribute__((vector_size(16)));
constexpr int CHAINS = 7;

extern "C" __attribute__((export_name("multiplyAdd"))) float multiplyAdd(float one, int repetitions) {
    const Vector factor = Vector {} + one;
    Vector products[CHAINS], sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) {
        products[i] = factor * static_cast<float>(i + 1);
        sums[i] = factor * static_cast<float>(i - 3);
    }
    for (int repetition = 0; repetition < repetitions; repetition++) {
#pragma GCC unroll 32
        for (int i = 0; i < CHAINS; i++) {
            products[i] *= factor;
            sums[i] += factor;
        }
    }
    float result = 0;
    for (int i = 0; i < CHAINS; i++) result += products[i][0] + sums[i][0];
    return result;
}
