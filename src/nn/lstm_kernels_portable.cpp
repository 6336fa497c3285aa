// The kernels for any processor, in vectors of 16 bytes.

#define RNNGAN_LSTM_ISA lstm_portable
#define RNNGAN_LSTM_BYTES 16
#if defined(__aarch64__)
#define RNNGAN_LSTM_REGISTERS 32
#else
#define RNNGAN_LSTM_REGISTERS 16
#endif

#include "nn/lstm_recurrence.h"

namespace rnngan::lstm_portable {

const LstmKernels<float>* float_kernels() {
  return &kKernels<float>;
}

const LstmKernels<double>* double_kernels() {
  return &kKernels<double>;
}

}  // namespace rnngan::lstm_portable
