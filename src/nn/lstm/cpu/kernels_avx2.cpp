// The kernels for AVX2 and FMA; without them in this build, none.
#if defined(__AVX2__) && defined(__FMA__)
#define RNNGAN_LSTM_ISA avx2
#define RNNGAN_LSTM_BYTES 32
#define RNNGAN_LSTM_REGISTERS 16

#include "nn/lstm/cpu/kernel_table.h"
#endif
