// The peak of one core in native code, answering as a peer does. Compile with: g++ -O3 -march=native peak.cpp

#include "peak-loop.h"
#include "peers/json-lines.h"

namespace {

volatile float start = 0.25f;
volatile float kept;

/// Twelve sums hide the latency of two pipes and leave room in sixteen registers; wider files get more.
template <typename Vector, int SUMS>
Iteration loop(double operations) {
    const long repetitions = static_cast<long>(operations / (2.0 * SUMS * sizeof(Vector) / sizeof(float)));
    return [repetitions] { kept = multiplyAdd<Vector, SUMS>(start, repetitions); };
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
