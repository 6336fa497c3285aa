// The passes over time (Hochreiter and Schmidhuber 1997 and its derivatives). Included once per
// instruction set (see lstm_vector.h).
//
// The backward pass is linear in the gradient that comes in: the gradient with respect to that is
// the tangent of the forward pass along the cotangent of its results. The backward pass also
// depends on gates and cells; those gradients go through the backward pass once more, together with
// all others that come in there. Names: i, f, g, o are the gates, t = tanh(c), and an appended t a
// tangent.
#pragma once

#include "nn/lstm_kernels.h"
#include "nn/lstm_product.h"
#include "nn/lstm_vector.h"

namespace rnngan::RNNGAN_LSTM_ISA {

// Where the gates of a step and a row lie, in the panel that starts at `unit`.
template <class Real, class Panel>
RNNGAN_LSTM_INLINE int64_t gates_at(const LstmRun<Real>& run, int64_t step, int64_t row,
                                    int64_t unit) {
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
  LstmRows<Real> x;   // absent: zero
  LstmRows<Real> h;   // [T+1,B,units]
  bool zero_start;    // h is zero before the first step
  const Real* start;  // first addends, in the order of the columns; null: zero
};

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void gate_products(const LstmRun<Real>& run, const GateFactors<Real>& factors,
                                      int64_t step, int64_t unit, int64_t row, int64_t rows,
                                      GateTile<Real, Panel>& tile) {
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  const int64_t depth = run.input + run.hidden;
  const Real* weights = run.into_gates + 4 * unit * depth;
  LstmProduct<Real> product = {};
  const auto add = [&](const Real* a, ptrdiff_t a_row, int64_t from, int64_t count) {
    product.terms[product.count++] = {a, a_row, 1, 0, weights + from * kGroup, kGroup, 0, count, 1};
  };
  const LstmRows<Real>& x = factors.x;
  if (x.values != nullptr) add(x.at(step, row), x.row, 0, run.input);
  if (step > 0 || !factors.zero_start) {
    add(factors.h.at(step, row), factors.h.row, run.input, run.hidden);
  }
  product.row = tile.kRow;
  for (int64_t column = 0; column < tile.kRow; column += kGroup) {
    product.result = tile.values + column;
    product.start = factors.start == nullptr ? nullptr : factors.start + 4 * unit + column;
    tile_rows<Real, kGroupVectors>(product, 0, rows);
    for (int64_t k = 0; k < product.count; ++k) product.terms[k].b += depth * kGroup;
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void cell(const LstmRun<Real>& run, int64_t step, int64_t unit, int64_t row,
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
void forward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const GateFactors<Real> factors = {run.x, run.h, run.zero_start, run.bias};
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

// grad_state = delta x the weights from the gates; its right part goes to grad_x.
template <class Real>
void gradients_from_gates(const LstmRun<Real>& run, int64_t step, int64_t first, int64_t last) {
  if (step == 0 && run.grad_x.values == nullptr && !run.want_initial_h) return;
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  LstmProduct<Real> product = {};
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
RNNGAN_LSTM_INLINE VectorOf<Real> load_or_zero(const LstmRows<Real>& rows, int64_t step,
                                               int64_t row, int64_t unit) {
  if (rows.values == nullptr) return VectorOf<Real>{};
  return Panel::load(rows.at(step, row) + unit);
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void cell_backward(const LstmRun<Real>& run, int64_t step, int64_t unit,
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
void backward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  for (int64_t step = run.steps - 1; step >= 0; --step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      for (int64_t row = first; row < last; ++row) {
        cell_backward<Real, decltype(panel)>(run, step, unit, row);
      }
    });
    gradients_from_gates<Real>(run, step, first, last);
  }
}

// From the tangents of the gates, before their nonlinearity, to those of h and c; and the gradients
// that the backward pass of this cell gives to what it used.
template <class Real, class Panel>
RNNGAN_LSTM_INLINE void tangent_cell(const LstmRun<Real>& run, int64_t step, int64_t unit,
                                     int64_t row, const Real* before) {
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
void tangent(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const GateFactors<Real> factors = {run.tangent_x, run.tangent_h, run.zero_tangent_start, nullptr};
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

template <class Real>
void map_sigmoid(const Real* from, Real* to, int64_t count) {
  for (int64_t k = 0; k < count; k += kLanes<Real>) store(to + k, sigmoid<Real>(load(from + k)));
}

template <class Real>
void map_tanh(const Real* from, Real* to, int64_t count) {
  for (int64_t k = 0; k < count; k += kLanes<Real>) {
    store(to + k, hyperbolic_tangent<Real>(load(from + k)));
  }
}

template <class Real>
inline constexpr LstmKernels<Real> kKernels = {
    kLanes<Real>,  kUnitStep<Real>,        kTileRows,         forward<Real>, backward<Real>,
    tangent<Real>, multiply_columns<Real>, map_sigmoid<Real>, map_tanh<Real>};

}  // namespace rnngan::RNNGAN_LSTM_ISA
