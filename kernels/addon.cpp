// The Node addon: opens the kernels of one instruction set on one heap. It keeps no state of its own; the base of the heap and
// the table of kernels travel with each bound function.
#include <node_api.h>

#include "table.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
extern const KernelTable avx2, avx512;
#elif defined(__aarch64__)
extern const KernelTable neon;
#endif

namespace {

struct InstructionSet {
  const char* name;
  const KernelTable* kernels;
  bool (*supported)();
};

#if defined(__x86_64__)
// What the processor says that it has, and the registers that the system keeps when it changes threads.
struct Processor {
  bool avx2 = false, avx512 = false;
  Processor() {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_FMA) || !(c & bit_F16C)) return;
    unsigned kept, high;
    asm volatile("xgetbv" : "=a"(kept), "=d"(high) : "c"(0));
    if ((kept & 0x06) != 0x06 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
    avx2 = b & bit_AVX2;
    const unsigned all = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    avx512 = avx2 && (kept & 0xe6) == 0xe6 && (b & all) == all;
  }
};
#endif

// Best first.
const InstructionSet instructionSets[] = {
#if defined(__x86_64__)
    {"avx512", &avx512, [] { return Processor().avx512; }},
    {"avx2", &avx2, [] { return Processor().avx2; }},
#elif defined(__aarch64__)
    {"neon", &neon, [] { return true; }},
#endif
};

// Numbers below 2⁻¹²⁶ count as zero inside a kernel, since arithmetic on them is a hundred times slower; JavaScript's own
// arithmetic must not notice, so the processor's setting is put back.
struct FlushSubnormals {
#if defined(__x86_64__)
  unsigned before = _mm_getcsr();
  FlushSubnormals() { _mm_setcsr(before | 0x8040); }
  ~FlushSubnormals() { _mm_setcsr(before); }
#elif defined(__aarch64__)
  unsigned long before;
  FlushSubnormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before));
    asm volatile("msr fpcr, %0" ::"r"(before | (1ul << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" ::"r"(before)); }
#endif
};

struct Binding {
  float* base;
  const KernelTable* kernels;
};

template <typename T>
struct Argument {
  static T read(napi_env env, napi_value value, const Binding&) {
    double number = 0;
    napi_get_value_double(env, value, &number);
    return (T)number;
  }
};
template <typename T>
struct Argument<T*> {
  static T* read(napi_env env, napi_value value, const Binding& binding) {
    double offset = 0;
    napi_get_value_double(env, value, &offset);
    return offset == 0 ? nullptr : (T*)(binding.base + (size_t)offset);
  }
};

// The whole numbers below a count, as parameters of a template.
template <size_t...>
struct Places {};
template <size_t Count, size_t... Rest>
struct PlacesBelow : PlacesBelow<Count - 1, Count - 1, Rest...> {};
template <size_t... All>
struct PlacesBelow<0, All...> {
  using Type = Places<All...>;
};

template <typename>
constexpr bool isVoid = false;
template <>
constexpr bool isVoid<void> = true;

template <auto Member>
struct Bound;
template <typename Result, typename... Arguments, Result (*KernelTable::*Member)(Arguments...)>
struct Bound<Member> {
  template <size_t... Index>
  static Result run(napi_env env, const napi_value* values, const Binding& binding, Places<Index...>) {
    FlushSubnormals flush;
    return (binding.kernels->*Member)(Argument<Arguments>::read(env, values[Index], binding)...);
  }
  static napi_value call(napi_env env, napi_callback_info info) {
    size_t count = sizeof...(Arguments);
    napi_value values[sizeof...(Arguments)];
    void* data;
    napi_get_cb_info(env, info, &count, values, nullptr, &data);
    const Binding& binding = *(Binding*)data;
    constexpr typename PlacesBelow<sizeof...(Arguments)>::Type indices{};
    if constexpr (isVoid<Result>) {
      run(env, values, binding, indices);
      return nullptr;
    } else {
      napi_value result;
      napi_create_double(env, (double)run(env, values, binding, indices), &result);
      return result;
    }
  }
};

// open(name, bytes): the kernels of one instruction set, bound to the heap that the typed array `bytes` looks at.
napi_value open(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  char name[16] = "";
  napi_get_value_string_utf8(env, arguments[0], name, sizeof name, nullptr);
  void* base = nullptr;
  if (napi_get_typedarray_info(env, arguments[1], nullptr, nullptr, &base, nullptr, nullptr) != napi_ok) {
    napi_throw_type_error(env, nullptr, "open: bytes must be a typed array over the heap");
    return nullptr;
  }
  for (const InstructionSet& set : instructionSets) {
    if (__builtin_strcmp(set.name, name) != 0 || !set.supported()) continue;
    // Functions of a heap can be called for as long as the process lives, and so their binding does.
    void* room = nullptr;
    napi_value bytes;
    napi_ref kept;
    napi_create_arraybuffer(env, sizeof(Binding), &room, &bytes);
    napi_create_reference(env, bytes, 1, &kept);
    Binding* binding = (Binding*)room;
    *binding = {(float*)base, set.kernels};
    napi_value result, function;
    napi_create_object(env, &result);
#define BIND(kernel) \
  napi_create_function(env, #kernel, NAPI_AUTO_LENGTH, Bound<&KernelTable::kernel>::call, binding, &function); \
  napi_set_named_property(env, result, #kernel, function);
    KERNELS(BIND)
#undef BIND
    return result;
  }
  napi_throw_error(env, nullptr, "open: this processor does not have that instruction set");
  return nullptr;
}

// supported(): the names of the instruction sets this processor has, best first.
napi_value supported(napi_env env, napi_callback_info) {
  napi_value names;
  napi_create_array(env, &names);
  uint32_t index = 0;
  for (const InstructionSet& set : instructionSets) {
    if (!set.supported()) continue;
    napi_value name;
    napi_create_string_utf8(env, set.name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, index++, name);
  }
  return names;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, nullptr, &function);
  napi_set_named_property(env, exports, "open", function);
  napi_create_function(env, "supported", NAPI_AUTO_LENGTH, supported, nullptr, &function);
  napi_set_named_property(env, exports, "supported", function);
  return exports;
}
