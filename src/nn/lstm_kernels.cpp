#include "nn/lstm_kernels.h"

#include <atomic>

namespace rnngan {

namespace lstm_portable {
const LstmKernels<float>* float_kernels();
const LstmKernels<double>* double_kernels();
}  // namespace lstm_portable
#ifdef RNNGAN_X86_KERNELS
namespace lstm_avx2 {
const LstmKernels<float>* float_kernels();
const LstmKernels<double>* double_kernels();
}  // namespace lstm_avx2
namespace lstm_avx512 {
const LstmKernels<float>* float_kernels();
const LstmKernels<double>* double_kernels();
}  // namespace lstm_avx512
#endif

namespace {

std::atomic<InstructionSet> highest_allowed = InstructionSet::avx512;

InstructionSet best_instruction_set() {
  static const InstructionSet best =
      has_instruction_set(InstructionSet::avx512) ? InstructionSet::avx512
      : has_instruction_set(InstructionSet::avx2) ? InstructionSet::avx2
                                                  : InstructionSet::portable;
  const InstructionSet limit = highest_allowed.load(std::memory_order_relaxed);
  return limit < best ? limit : best;
}

}  // namespace

bool has_instruction_set(InstructionSet set) {
#ifdef RNNGAN_X86_KERNELS
  // What src/CMakeLists.txt compiles them with.
  switch (set) {
    case InstructionSet::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case InstructionSet::portable:
      return true;
  }
#endif
  return set == InstructionSet::portable;
}

template <>
const LstmKernels<float>& lstm_kernels<float>(InstructionSet set) {
#ifdef RNNGAN_X86_KERNELS
  if (set == InstructionSet::avx512) return *lstm_avx512::float_kernels();
  if (set == InstructionSet::avx2) return *lstm_avx2::float_kernels();
#endif
  return *lstm_portable::float_kernels();
}

template <>
const LstmKernels<double>& lstm_kernels<double>(InstructionSet set) {
#ifdef RNNGAN_X86_KERNELS
  if (set == InstructionSet::avx512) return *lstm_avx512::double_kernels();
  if (set == InstructionSet::avx2) return *lstm_avx2::double_kernels();
#endif
  return *lstm_portable::double_kernels();
}

template <>
const LstmKernels<float>& lstm_kernels<float>() {
  return lstm_kernels<float>(best_instruction_set());
}

template <>
const LstmKernels<double>& lstm_kernels<double>() {
  return lstm_kernels<double>(best_instruction_set());
}

void limit_instruction_set(InstructionSet highest) {
  highest_allowed.store(highest, std::memory_order_relaxed);
}

}  // namespace rnngan
