// The backend of the CPU, for float32 and float64: allocates, packs weights, splits rows among
// threads. Gates lie as [D,T,B*4U] in panels (kernels.h).
#pragma once

#include "nn/lstm/backend.h"

namespace rnngan::lstm::cpu {

extern const Backend kBackend;

}  // namespace rnngan::lstm::cpu
