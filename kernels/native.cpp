// All kernels for one instruction set. The build compiles this file once for each, with VL, MR, NV, REGISTERS and TABLE
// defined and the compiler told which instructions it may use. Everything is in an anonymous namespace, so that no function
// made for a newer processor can be taken by the linker for an older one.
#include "table.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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
}  // namespace

#define ENTRY(name) name,
extern const KernelTable TABLE = {KERNELS(ENTRY)};
