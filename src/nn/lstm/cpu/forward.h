// The forward pass over time (equations: lstm/layer.h). Names: i, f, g, o are the gates, t =
// tanh(c). Included once per instruction set (see vector_math.h).
#pragma once

#include "nn/lstm/cpu/gates.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void cell(const Run<Real>& run, int64_t step, int64_t unit, int64_t row,
                             const Real* before) {
  const auto i = sigmoid<Real>(Panel::load(before));
  const auto f = sigmoid<Real>(Panel::load(before + Panel::kWidth));
  const auto g = hyperbolic_tangent<Real>(Panel::load(before + 2 * Panel::kWidth));
  const auto o = sigmoid<Real>(Panel::load(before + 3 * Panel::kWidth));
  const auto c = f * Panel::load(run.c.at(step, row) + unit) + i * g;
  const auto t = hyperbolic_tangent<Real>(c);
  Panel::store(run.c.at(step + 1, row) + unit, c);
  Panel::store(run.h.at(step + 1, row) + unit, o * t);
  if (run.gates == nullptr) return;
  Real* gate = run.gates + gates_at<Real, Panel>(run, step, row, unit);
  Panel::store(gate, i);
  Panel::store(gate + Panel::kWidth, f);
  Panel::store(gate + 2 * Panel::kWidth, g);
  Panel::store(gate + 3 * Panel::kWidth, o);
  Panel::store(run.tanh_c + (step * run.batch + row) * run.units + unit, t);
}

template <class Real>
void forward(const Run<Real>& run, int64_t first, int64_t last) {
  const GateFactors<Real> factors = {run.x, run.h, run.zero_start, run.bias, run.bias_row};
  for (int64_t step = 0; step < run.steps; ++step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      using Panel = decltype(panel);
      for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
        GateTile<Real, Panel> tile;
        gate_products(run, factors, step, unit, row, rows, tile);
        for (int64_t r = 0; r < rows; ++r) {
          cell<Real, Panel>(run, step, unit, row + r, tile.values + r * tile.kRow);
        }
      });
    });
  }
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
