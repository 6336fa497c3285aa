// Matrix products in tiles of registers. Included once per instruction set (see vector_math.h).
//
// A library's products in their place, called per step on the same packed weights (libxsmm 1.17,
// AVX-512), made whole passes 0 to 5 % slower. So these stay: they need no executable pages at run
// time and serve every processor.
#pragma once

#include "nn/lstm/cpu/kernels.h"
#include "nn/lstm/cpu/vector_math.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

// With 2 vectors of columns these leave registers for a row of B and an element of A.
inline constexpr int kTileRows = RNNGAN_LSTM_REGISTERS == 32 ? 12 : 6;

// kColumns: rows of A are adjacent, else its inner dimension is. A constant 1 saves the registers
// of a dozen addresses.
template <class Real, int kRows, int kVectors, bool kColumns>
RNNGAN_LSTM_INLINE void accumulate(VectorOf<Real> (&sum)[kRows][kVectors], const Term<Real>& term,
                                   const Real* a, const Real* b) {
  constexpr int kHalf = 6;
  const ptrdiff_t a_row = kColumns ? 1 : term.a_row;
  const ptrdiff_t a_depth = kColumns ? term.a_depth : 1;
  const ptrdiff_t b_depth = kColumns ? term.b_depth : kGroupVectors * kLanes<Real>;
  const Real* later = kRows > kHalf ? a + kHalf * a_row : a;
  for (int64_t k = 0; k < term.depth; ++k) {
    VectorOf<Real> column[kVectors];
#pragma GCC unroll 2
    for (int n = 0; n < kVectors; ++n) {
      column[n] = load(b + n * kLanes<Real>);
#if RNNGAN_LSTM_REGISTERS == 16 && defined(__AVX__)
      // Else the compiler loads it anew in every multiplication.
      asm("" : "+x"(column[n]));
#endif
    }
#pragma GCC unroll 12
    for (int r = 0; r < kRows; ++r) {
      const Real value = r < kHalf ? a[r * a_row] : later[(r - kHalf) * a_row];
#pragma GCC unroll 2
      for (int n = 0; n < kVectors; ++n) sum[r][n] += value * column[n];
    }
    a += a_depth;
    later += a_depth;
    b += b_depth;
#ifdef __x86_64__
    // Else the compiler makes one of the other, and runs out of registers.
    asm("" : "+r"(later));
#endif
  }
}

template <class Real, int kRows, int kVectors, bool kColumns>
__attribute__((noinline)) void tile(const Product<Real>& product, int64_t row) {
  Real* result = product.result + row * product.row;
  const Real* start = product.start + row * product.start_row;
  VectorOf<Real> sum[kRows][kVectors];
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int n = 0; n < kVectors; ++n) {
      sum[r][n] = product.start == nullptr ? VectorOf<Real>{} : load(start + n * kLanes<Real>);
    }
    start += product.start_row;
  }
  for (int64_t k = 0; k < product.count; ++k) {
    const Term<Real>& term = product.terms[k];
    for (int64_t block = 0; block < term.blocks; ++block) {
      accumulate<Real, kRows, kVectors, kColumns>(sum, term,
                                                  term.a + row * term.a_row + block * term.a_block,
                                                  term.b + block * term.b_block);
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int n = 0; n < kVectors; ++n) {
      Real* to = result + r * product.row + n * kLanes<Real>;
      store(to, product.add ? sum[r][n] + load(to) : sum[r][n]);
    }
  }
}

template <class Real, int kVectors, bool kColumns = false>
void tile_rows(const Product<Real>& product, int64_t row, int64_t rows) {
  switch (rows) {
#define RNNGAN_LSTM_TILE(n) \
  case n:                   \
    return tile<Real, n, kVectors, kColumns>(product, row);
    RNNGAN_LSTM_TILE(1)
    RNNGAN_LSTM_TILE(2)
    RNNGAN_LSTM_TILE(3)
    RNNGAN_LSTM_TILE(4)
    RNNGAN_LSTM_TILE(5)
    RNNGAN_LSTM_TILE(6)
#if RNNGAN_LSTM_REGISTERS == 32
    RNNGAN_LSTM_TILE(7)
    RNNGAN_LSTM_TILE(8)
    RNNGAN_LSTM_TILE(9)
    RNNGAN_LSTM_TILE(10)
    RNNGAN_LSTM_TILE(11)
    RNNGAN_LSTM_TILE(12)
#endif
#undef RNNGAN_LSTM_TILE
  }
}

// Calls work(first row, rows) for blocks of nearly equal size, at most kTileRows: a last one of a
// single row would keep no unit busy.
template <class Work>
RNNGAN_LSTM_INLINE void for_row_blocks(int64_t first, int64_t last, const Work& work) {
  const int64_t rows = last - first;
  const int64_t blocks = (rows + kTileRows - 1) / kTileRows;
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t begin = rows * block / blocks;
    work(first + begin, rows * (block + 1) / blocks - begin);
  }
}

// All groups of a result that is `width` (a multiple of the lanes) columns wide: the next group of
// B is `b_group` after one.
template <class Real>
void multiply_groups(Product<Real>& product, int64_t first, int64_t last, int64_t width,
                     ptrdiff_t b_group) {
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  for (int64_t column = 0; column < width; column += kGroup) {
    const bool whole = column + kGroup <= width;
    for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
      if (whole) {
        tile_rows<Real, kGroupVectors>(product, row, rows);
      } else {
        tile_rows<Real, 1>(product, row, rows);
      }
    });
    product.result += kGroup;
    for (int64_t k = 0; k < product.count; ++k) product.terms[k].b += b_group;
  }
}

// One group of a result.
template <class Real>
void multiply_columns(const Product<Real>& product, int64_t first, int64_t last) {
  for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
    tile_rows<Real, kGroupVectors, /*kColumns=*/true>(product, row, rows);
  });
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
