// The backward pass, back in time (equations: lstm/backend.h). Included once per instruction set
// (see vector_math.h).
#pragma once

#include "nn/lstm/cpu/gates.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

// grad_state = delta x the weights from the gates; its right part goes to grad_x.
template <class Real>
void gradients_from_gates(const Run<Real>& run, int64_t step, int64_t first, int64_t last) {
  if (step == 0 && run.grad_x.values == nullptr && !run.want_initial_h) return;
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  Product<Real> product = {};
  product.row = run.state_width;
  const Real* delta = run.delta + step * run.batch * 4 * run.units;
  const Real* weights = run.from_gates;
  const auto add_panels = [&](int64_t count, int64_t width) {
    if (count == 0) return;
    product.terms[product.count++] = {
        delta,     4 * width, 1, 4 * width * run.batch, weights, kGroup, 4 * width * kGroup,
        4 * width, count};
    delta += count * 4 * width * run.batch;
    weights += count * 4 * width * kGroup;
  };
  add_panels(run.units / kLanes<Real>, kLanes<Real>);
  add_panels(run.units % kLanes<Real> == 0 ? 0 : 1, kLanes<Real> / 2);
  product.result = run.grad_state;
  multiply_groups(product, first, last, run.state_width, 4 * run.units * kGroup);
  if (run.grad_x.values == nullptr) return;
  for (int64_t row = first; row < last; ++row) {
    const Real* from = run.grad_state + row * run.state_width + run.units;
    Real* to = run.grad_x.at(step, row);
    for (int64_t k = 0; k < run.input; ++k) to[k] = from[k];
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE VectorOf<Real> load_or_zero(const Rows<Real>& rows, int64_t step, int64_t row,
                                               int64_t unit) {
  if (rows.values == nullptr) return VectorOf<Real>{};
  return Panel::load(rows.at(step, row) + unit);
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void cell_backward(const Run<Real>& run, int64_t step, int64_t unit,
                                      int64_t row) {
  constexpr int64_t kWidth = Panel::kWidth;
  const int64_t at = (step * run.batch + row) * run.units + unit;
  const int64_t gates = gates_at<Real, Panel>(run, step, row, unit);
  const Real* gate = run.gates + gates;
  const auto i = Panel::load(gate), f = Panel::load(gate + kWidth),
             g = Panel::load(gate + 2 * kWidth), o = Panel::load(gate + 3 * kWidth),
             t = Panel::load(run.tanh_c + at), c_before = Panel::load(run.c.at(step, row) + unit);
  Real* grad_cell = run.grad_cell + row * run.units + unit;
  const auto dh = Panel::load(run.grad_state + row * run.state_width + unit) +
                  load_or_zero<Real, Panel>(run.grad_h, step, row, unit);
  auto from_c = Panel::load(grad_cell) + load_or_zero<Real, Panel>(run.grad_c, step, row, unit);
  if (run.grad_cells != nullptr) from_c += Panel::load(run.grad_cells + at);
  const auto d = dh * o * (1 - t * t) + from_c;
  if (run.total_h != nullptr) {
    Panel::store(run.total_h + at, dh);
    Panel::store(run.total_c + at, d);
  }
  VectorOf<Real> delta[4] = {d * g * (i * (1 - i)), d * c_before * (f * (1 - f)),
                             d * i * (1 - g * g), dh * t * (o * (1 - o))};
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    if (run.grad_gates != nullptr) delta[k] += Panel::load(run.grad_gates + gates + k * kWidth);
    Panel::store(run.delta + gates + k * kWidth, delta[k]);
  }
  Panel::store(grad_cell, d * f);
}

template <class Real>
void backward(const Run<Real>& run, int64_t first, int64_t last) {
  for (int64_t step = run.steps - 1; step >= 0; --step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      for (int64_t row = first; row < last; ++row) {
        cell_backward<Real, decltype(panel)>(run, step, unit, row);
      }
    });
    gradients_from_gates<Real>(run, step, first, last);
  }
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
