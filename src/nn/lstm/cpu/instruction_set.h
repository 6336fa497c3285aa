// Which kernels run: those of the best instruction set that the processor has.
#pragma once

#include "nn/lstm/cpu/kernels.h"

namespace rnngan::lstm::cpu {

enum class InstructionSet { portable, avx2, avx512 };

/// Whether this program and this processor have it.
bool has_instruction_set(InstructionSet set);
/// The kernels of an instruction set that is there. Real: float or double.
template <class Real>
const Kernels<Real>& kernels_of(InstructionSet set);
/// The best there are, up to limit_instruction_set().
template <class Real>
const Kernels<Real>& best_kernels();
/// For tests and benchmarks, while no graph of a layer is alive: at most this instruction set.
void limit_instruction_set(InstructionSet highest);

}  // namespace rnngan::lstm::cpu
