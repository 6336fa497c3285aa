// The kernels for any processor, in vectors of 16 bytes.

#define RNNGAN_LSTM_ISA portable
#define RNNGAN_LSTM_BYTES 16
#if defined(__aarch64__)
#define RNNGAN_LSTM_REGISTERS 32
#else
#define RNNGAN_LSTM_REGISTERS 16
#endif

#include "nn/lstm/cpu/kernel_table.h"
