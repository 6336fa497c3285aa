// Matrix products in tiles of registers. Included once per instruction set (see lstm_vector.h).
#pragma once

#include "nn/lstm_kernels.h"
#include "nn/lstm_vector.h"

namespace rnngan::RNNGAN_LSTM_ISA {

// With 4 vectors of columns these leave registers for a row of B, or for a column of A.
inline constexpr int kTileRows = RNNGAN_LSTM_REGISTERS == 32 ? 6 : 3;

template <class Real, int kRows, int kVectors>
RNNGAN_LSTM_INLINE void accumulate(VectorOf<Real> (&sum)[kRows][kVectors],
                                   const LstmTerm<Real>& term, int64_t row, int64_t panel) {
  const Real* a = term.a + row * term.a_row;
  const Real* b = term.b + panel * term.b_panel;
  for (int64_t k = 0; k < term.depth; ++k) {
    VectorOf<Real> column[kVectors];
#pragma GCC unroll 4
    for (int n = 0; n < kVectors; ++n) {
      column[n] = load(b + n * kLanes<Real>);
#if RNNGAN_LSTM_REGISTERS == 16 && defined(__AVX__)
      // Else the compiler loads it anew in every multiplication.
      asm("" : "+x"(column[n]));
#endif
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Real value = a[r * term.a_row];
#pragma GCC unroll 4
      for (int n = 0; n < kVectors; ++n) sum[r][n] += value * column[n];
    }
    a += term.a_depth;
    b += term.b_depth;
  }
}

template <class Real, int kRows, int kVectors>
__attribute__((noinline)) void tile(const LstmProduct<Real>& product, int64_t row, int64_t panel) {
  const int64_t column = panel * kPanelVectors * kLanes<Real>;
  Real* result = product.result + row * product.row + column;
  VectorOf<Real> sum[kRows][kVectors];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int n = 0; n < kVectors; ++n) {
      sum[r][n] = product.start == nullptr ? VectorOf<Real>{}
                                           : load(product.start + column + n * kLanes<Real>);
    }
  }
  for (int64_t k = 0; k < product.count; ++k) {
    accumulate<Real, kRows, kVectors>(sum, product.terms[k], row, panel);
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int n = 0; n < kVectors; ++n) {
      Real* to = result + r * product.row + n * kLanes<Real>;
      store(to, product.add ? sum[r][n] + load(to) : sum[r][n]);
    }
  }
}

template <class Real, int kVectors>
void tile_rows(const LstmProduct<Real>& product, int64_t row, int64_t rows, int64_t panel) {
  switch (rows) {
    case 1:
      return tile<Real, 1, kVectors>(product, row, panel);
    case 2:
      return tile<Real, 2, kVectors>(product, row, panel);
    case 3:
      return tile<Real, 3, kVectors>(product, row, panel);
#if RNNGAN_LSTM_REGISTERS == 32
    case 4:
      return tile<Real, 4, kVectors>(product, row, panel);
    case 5:
      return tile<Real, 5, kVectors>(product, row, panel);
    case 6:
      return tile<Real, 6, kVectors>(product, row, panel);
#endif
  }
}

template <class Real>
void multiply(const LstmProduct<Real>& product, int64_t first, int64_t last, int64_t panel,
              int64_t vectors) {
  // Blocks of nearly equal size: a last one of a single row would keep no unit busy.
  const int64_t rows = last - first;
  const int64_t blocks = (rows + kTileRows - 1) / kTileRows;
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t begin = first + rows * block / blocks;
    const int64_t size = first + rows * (block + 1) / blocks - begin;
    switch (vectors) {
      case 1:
        tile_rows<Real, 1>(product, begin, size, panel);
        break;
      case 2:
        tile_rows<Real, 2>(product, begin, size, panel);
        break;
      case 3:
        tile_rows<Real, 3>(product, begin, size, panel);
        break;
      case 4:
        tile_rows<Real, 4>(product, begin, size, panel);
        break;
    }
  }
}

/// All columns of a result that is `width` (a multiple of the lanes) columns wide.
template <class Real>
void multiply_all(const LstmProduct<Real>& product, int64_t first, int64_t last, int64_t width) {
  const int64_t total = width / kLanes<Real>;
  for (int64_t vector = 0; vector < total; vector += kPanelVectors) {
    const int64_t left = total - vector;
    multiply(product, first, last, vector / kPanelVectors,
             left < kPanelVectors ? left : kPanelVectors);
  }
}

}  // namespace rnngan::RNNGAN_LSTM_ISA
