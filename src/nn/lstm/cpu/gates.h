// The gates of a step before their nonlinearity: products of what comes in with packed weights.
// Included once per instruction set (see vector_math.h).
#pragma once

#include "nn/lstm/cpu/gemm.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

// Where the gates of a step and a row lie, in the panel that starts at `unit`.
template <class Real, class Panel>
RNNGAN_LSTM_INLINE int64_t gates_at(const Run<Real>& run, int64_t step, int64_t row, int64_t unit) {
  return 4 * ((step * run.units + unit) * run.batch + row * Panel::kWidth);
}

// The gates of one panel for some rows, before their nonlinearity, on their way to cell() or
// tangent_cell(): storing them where they stay would wait for that memory.
template <class Real, class Panel>
struct GateTile {
  static constexpr int64_t kRow = 4 * Panel::kWidth;
  alignas(RNNGAN_LSTM_BYTES) Real values[kTileRows * kRow];
};

// What the gates are made of.
template <class Real>
struct GateFactors {
  Rows<Real> x;       // absent: zero
  Rows<Real> h;       // [T+1,B,units]
  bool zero_start;    // h is zero before the first step
  const Real* start;  // first addends, in the order of the columns; null: zero
  ptrdiff_t start_row;
};

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void gate_products(const Run<Real>& run, const GateFactors<Real>& factors,
                                      int64_t step, int64_t unit, int64_t row, int64_t rows,
                                      GateTile<Real, Panel>& tile) {
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  const int64_t depth = run.input + run.hidden;
  const Real* weights = run.into_gates + 4 * unit * depth;
  Product<Real> product = {};
  const auto add = [&](const Real* a, ptrdiff_t a_row, int64_t from, int64_t count) {
    product.terms[product.count++] = {a, a_row, 1, 0, weights + from * kGroup, kGroup, 0, count, 1};
  };
  const Rows<Real>& x = factors.x;
  if (x.values != nullptr) add(x.at(step, row), x.row, 0, run.input);
  if (step > 0 || !factors.zero_start) {
    add(factors.h.at(step, row), factors.h.row, run.input, run.hidden);
  }
  product.row = tile.kRow;
  product.start_row = factors.start_row;
  for (int64_t column = 0; column < tile.kRow; column += kGroup) {
    product.result = tile.values + column;
    product.start = factors.start == nullptr
                        ? nullptr
                        : factors.start + row * factors.start_row + 4 * unit + column;
    tile_rows<Real, kGroupVectors>(product, 0, rows);
    for (int64_t k = 0; k < product.count; ++k) product.terms[k].b += depth * kGroup;
  }
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
