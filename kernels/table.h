// The table of kernels of one instruction set. KERNELS comes from kernels.h by way of the build.
#pragma once
#include "exports.h"

namespace declared {
#include "kernels.h"
}

struct KernelTable {
#define MEMBER(name) decltype(&declared::name) name;
  KERNELS(MEMBER)
#undef MEMBER
};
