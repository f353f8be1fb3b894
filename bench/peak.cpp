// The peak of one core in native code: independent fused multiply-adds in registers and nothing else. Answers as a peer does.
// Compile with: g++ -O3 -march=native peak.cpp

#include "peers/json-lines.h"

namespace {

using Vector4 = float __attribute__((vector_size(16)));
using Vector8 = float __attribute__((vector_size(32)));
using Vector16 = float __attribute__((vector_size(64)));

volatile float start = 0.25f;
volatile float kept;

/// As many sums as hide the latency of all pipes and as the registers hold.
template <typename Vector, int SUMS>
void multiplyAdd(long repetitions) {
    const Vector factor = Vector {} + 0.75f;
    const Vector term = Vector {} + start;
    Vector sums[SUMS];
    for (int i = 0; i < SUMS; i++) sums[i] = term * static_cast<float>(i);
    for (long repetition = 0; repetition < repetitions; repetition++) {
#pragma GCC unroll 32
        for (int i = 0; i < SUMS; i++) sums[i] = sums[i] * factor + term;
    }
    for (int i = 0; i < SUMS; i++) kept = sums[i][0];
}

template <typename Vector, int SUMS>
Iteration loop(double operations) {
    const long repetitions = static_cast<long>(operations / (2.0 * SUMS * sizeof(Vector) / sizeof(float)));
    return [repetitions] { multiplyAdd<Vector, SUMS>(repetitions); };
}

Iteration prepare(const Request &request) {
    const double operations = request.number("operations");
    const int lanes = static_cast<int>(request.number("lanes"));
#ifdef __AVX512F__
    if (lanes == 16) return loop<Vector16, 24>(operations);
#endif
#ifdef __AVX2__
    if (lanes == 8) return loop<Vector8, 12>(operations);
#endif
#ifdef __ARM_NEON
    if (lanes == 4) return loop<Vector4, 24>(operations);
#endif
    throw std::runtime_error("peak: this processor has no vectors of " + std::to_string(lanes) + " floats");
}

} // namespace

int main() { return serve("{\"peer\":\"peak\",\"version\":\"" __VERSION__ "\",\"threads\":1}", prepare); }
