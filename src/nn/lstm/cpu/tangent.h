// The tangent pass over time: the forward pass along a direction of (x, h0, c0) and, since the
// backward pass depends on gates and cells, its gradients with respect to them. An appended t is a
// tangent:
//
//   at = xt W_ih' + ht₋ W_hh',   it = at i (1 - i), and so f and o,   gt = at (1 - g²)
//   ct = ft c₋ + f ct₋ + it g + i gt,   tt = (1 - t²) ct,   ht = ot t + o tt
//
// Included once per instruction set (see vector_math.h).
#pragma once

#include "nn/lstm/cpu/gates.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

// From the tangents of the gates, before their nonlinearity, to those of h and c; and the gradients
// that the backward pass of this cell gives to what it used.
template <class Real, class Panel>
RNNGAN_LSTM_INLINE void tangent_cell(const Run<Real>& run, int64_t step, int64_t unit, int64_t row,
                                     const Real* before) {
  constexpr int64_t kWidth = Panel::kWidth;
  const int64_t state = run.batch * run.units;
  const int64_t at = step * state + row * run.units + unit;
  const int64_t gates = gates_at<Real, Panel>(run, step, row, unit);
  const Real* gate = run.gates + gates;
  Real* tangent_c = run.tangent_c + row * run.units + unit;
  const auto i = Panel::load(gate), f = Panel::load(gate + kWidth),
             g = Panel::load(gate + 2 * kWidth), o = Panel::load(gate + 3 * kWidth),
             t = Panel::load(run.tanh_c + at), c_before = Panel::load(run.c.at(step, row) + unit),
             ct_before = Panel::load(tangent_c);
  const auto it = Panel::load(before) * (i * (1 - i));
  const auto ft = Panel::load(before + kWidth) * (f * (1 - f));
  const auto gt = Panel::load(before + 2 * kWidth) * (1 - g * g);
  const auto ot = Panel::load(before + 3 * kWidth) * (o * (1 - o));
  const auto ct = ft * c_before + (f * ct_before + (it * g + i * gt));
  const auto slope = 1 - t * t;
  const auto tt = slope * ct;
  Panel::store(tangent_c, ct);
  if (run.tangent_cells.values != nullptr) {
    Panel::store(run.tangent_cells.at(step, row) + unit, ct);
  }
  Panel::store(run.tangent_h.at(step + 1, row) + unit, ot * t + o * tt);
  if (run.grad_gates == nullptr) return;

  const auto dh = Panel::load(run.total_h + at), d = Panel::load(run.total_c + at);
  Real* grad = run.grad_gates + gates;
  Panel::store(grad, d * gt * (i * (1 - i)) + d * g * it * (1 - 2 * i));
  Panel::store(grad + kWidth, d * ct_before * (f * (1 - f)) + d * c_before * ft * (1 - 2 * f));
  Panel::store(grad + 2 * kWidth, d * it * (1 - g * g) - 2 * d * i * g * gt);
  Panel::store(grad + 3 * kWidth, dh * tt * (o * (1 - o)) + dh * t * ot * (1 - 2 * o));
  Panel::store(run.grad_cells + at, dh * (ot * slope - 2 * o * t * tt));
  // What this cell got from the one before it.
  Real* c_grad = step == 0 ? run.grad_cell + row * run.units + unit : run.grad_cells + at - state;
  Panel::store(c_grad, Panel::load(c_grad) + d * ft);
}

template <class Real>
void tangent(const Run<Real>& run, int64_t first, int64_t last) {
  const GateFactors<Real> factors = {run.tangent_x, run.tangent_h, run.zero_tangent_start, nullptr,
                                     0};
  for (int64_t step = 0; step < run.steps; ++step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      using Panel = decltype(panel);
      for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
        GateTile<Real, Panel> tile;
        gate_products(run, factors, step, unit, row, rows, tile);
        for (int64_t r = 0; r < rows; ++r) {
          tangent_cell<Real, Panel>(run, step, unit, row + r, tile.values + r * tile.kRow);
        }
      });
    });
  }
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
