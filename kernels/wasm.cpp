// The kernels of one WebAssembly file: of the core, or with REST of the rest. wasm-exports.h comes from kernels.h by way of the build:
// one exported function per kernel, which takes offsets in elements.
namespace {
#include "gemm.h"
#include "binary.h"
#include "dots.h"
#include "elementwise.h"
#include "gates.h"
#include "gated.h"
#include "lstm-phases.h"
#include "elman.h"
#include "gru.h"
#include "optimise.h"
#include "random.h"
#include "rows.h"
#include "ctc.h"
#include "transducer.h"
#include "steps.h"
#include "wholes.h"
#include "windows.h"

static void replay(const int* calls, int place, int count);

template <typename T>
INLINE T* at(unsigned offset) {
  return (T*)((unsigned long)offset * 4);
}
}  // namespace

#include "wasm-exports.h"

#ifdef REST
// Calls that were written down go to kernels of both files, so each is the exported function.
#define REPLAYED_AS(kernel) call_##kernel
namespace {
#include "replay.h"
}
#endif
