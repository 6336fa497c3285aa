// The kernels for AVX-512; without it in this build, none.
#if defined(__AVX512F__) && defined(__AVX512VL__)
#define RNNGAN_LSTM_ISA lstm_avx512
#define RNNGAN_LSTM_BYTES 64
#define RNNGAN_LSTM_REGISTERS 32

#include "nn/lstm_recurrence.h"

namespace rnngan::lstm_avx512 {

const LstmKernels<float>* float_kernels() {
  return &kKernels<float>;
}

const LstmKernels<double>* double_kernels() {
  return &kKernels<double>;
}

}  // namespace rnngan::lstm_avx512
#endif
