// The kernels for AVX2 and FMA; without them in this build, none.
#if defined(__AVX2__) && defined(__FMA__)
#define RNNGAN_LSTM_ISA lstm_avx2
#define RNNGAN_LSTM_BYTES 32
#define RNNGAN_LSTM_REGISTERS 16

#include "nn/lstm_recurrence.h"

namespace rnngan::lstm_avx2 {

const LstmKernels<float>* float_kernels() {
  return &kKernels<float>;
}

const LstmKernels<double>* double_kernels() {
  return &kKernels<double>;
}

}  // namespace rnngan::lstm_avx2
#endif
