// The kernels for AVX-512; without it in this build, none.
#if defined(__AVX512F__) && defined(__AVX512VL__)
#define RNNGAN_LSTM_ISA avx512
#define RNNGAN_LSTM_BYTES 64
#define RNNGAN_LSTM_REGISTERS 32

#include "nn/lstm/cpu/kernel_table.h"
#endif
