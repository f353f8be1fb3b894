// Calls of kernels that were written down: one call from outside makes many, which costs what the first of them would. Included behind
// all other kernels.
#pragma once
#include "exports.h"

static void replay(const int* calls, int place, int count);

// Arguments as words, read one after the other. The heap begins where offset 0 is.
struct Words {
  const int* next;
  float* heap;
};

template <typename T>
struct Word {
  static T read(Words& words) { return (T)*words.next++; }
};
template <>
struct Word<double> {
  static double read(Words& words) {
    double number;
    __builtin_memcpy(&number, words.next, sizeof number);
    words.next += 2;
    return number;
  }
};
template <typename T>
struct Word<T*> {
  static T* read(Words& words) {
    const unsigned offset = (unsigned)*words.next++;
    return offset == 0 ? nullptr : (T*)(words.heap + offset);
  }
};

// Braces see to it that arguments are read in their order.
template <typename... Arguments>
struct Made {
  template <typename Function>
  INLINE_MEMBER Made(Function* function, Arguments... arguments) { function(arguments...); }
};

template <auto Function>
struct Replayed;
template <typename Result, typename... Arguments, Result (*Function)(Arguments...)>
struct Replayed<Function> {
  static void make(Words& words) { Made<Arguments...>{Function, Word<Arguments>::read(words)...}; }
};

#define REPLAYED(kernel) Replayed<&kernel>::make,
static void (*const replayed[])(Words&) = {KERNELS(REPLAYED)};
#undef REPLAYED

static void replay(const int* calls, int place, int count) {
  Words words = {calls, (float*)calls - (unsigned)place};
  for (int call = 0; call < count; call++) {
    const int kernel = *words.next++;
    replayed[kernel](words);
  }
}
