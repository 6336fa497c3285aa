#include "nn/lstm/cpu/instruction_set.h"

#include <atomic>

namespace rnngan::lstm::cpu {

// Of kernel_table.h, compiled by kernels_*.cpp.
namespace portable {
template <class Real>
const Kernels<Real>& kernels();
}
#ifdef RNNGAN_X86_KERNELS
namespace avx2 {
template <class Real>
const Kernels<Real>& kernels();
}
namespace avx512 {
template <class Real>
const Kernels<Real>& kernels();
}
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

template <class Real>
const Kernels<Real>& kernels_of(InstructionSet set) {
#ifdef RNNGAN_X86_KERNELS
  if (set == InstructionSet::avx512) return avx512::kernels<Real>();
  if (set == InstructionSet::avx2) return avx2::kernels<Real>();
#endif
  return portable::kernels<Real>();
}

template <class Real>
const Kernels<Real>& best_kernels() {
  return kernels_of<Real>(best_instruction_set());
}

template const Kernels<float>& kernels_of<float>(InstructionSet set);
template const Kernels<double>& kernels_of<double>(InstructionSet set);
template const Kernels<float>& best_kernels<float>();
template const Kernels<double>& best_kernels<double>();

void limit_instruction_set(InstructionSet highest) {
  highest_allowed.store(highest, std::memory_order_relaxed);
}

}  // namespace rnngan::lstm::cpu
