// All kernels for WebAssembly. wasm-exports.h comes from kernels.h by way of the build: one exported function per kernel, which
// takes offsets in elements.
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
#include "replay.h"

template <typename T>
INLINE T* at(unsigned offset) {
  return (T*)((unsigned long)offset * 4);
}
}  // namespace

#include "wasm-exports.h"
