// The four passes over time (Hochreiter and Schmidhuber 1997 and its derivatives). Included once
// per instruction set (see lstm_vector.h).
//
// The backward pass is linear in the gradient that comes in. The gradient of anything that is made
// of its results is therefore the derivative of both passes along the cotangent of those results:
// the tangent passes. Names: i, f, g, o are the gates, t = tanh(c), and an appended t a tangent.
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

// The gates of one panel from x and h, before their nonlinearity.
template <class Real, class Panel>
RNNGAN_LSTM_INLINE void gate_products(const LstmRun<Real>& run, const LstmRows<Real>& x,
                                      const Real* h, const Real* start, Real* gates, int64_t step,
                                      int64_t unit, int64_t row, int64_t rows) {
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  const Real* weights = run.into_gates + 4 * unit * (run.input + run.hidden);
  LstmProduct<Real> product = {};
  product.row = 4 * Panel::kWidth;
  product.result = gates + gates_at<Real, Panel>(run, step, 0, unit);
  product.start = start == nullptr ? nullptr : start + 4 * unit;
  if (x.values != nullptr) {
    product.terms[product.count++] = {
        x.values + step * x.step, x.row, 1, 0, weights, kGroup, 0, run.input, 1};
  }
  product.terms[product.count++] = {h + step * run.batch * run.units,
                                    run.units,
                                    1,
                                    0,
                                    weights + run.input * kGroup,
                                    kGroup,
                                    0,
                                    run.hidden,
                                    1};
  for (int64_t column = 0; column < product.row; column += kGroup) {
    tile_rows<Real, kGroupVectors>(product, row, rows);
    product.result += kGroup;
    if (product.start != nullptr) product.start += kGroup;
    for (int64_t k = 0; k < product.count; ++k) {
      product.terms[k].b += (run.input + run.hidden) * kGroup;
    }
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void cell(const LstmRun<Real>& run, int64_t step, int64_t unit, int64_t row) {
  const int64_t state = run.batch * run.units;
  const int64_t at = step * state + row * run.units + unit;
  Real* gate = run.gates + gates_at<Real, Panel>(run, step, row, unit);
  const auto i = sigmoid<Real>(Panel::load(gate));
  const auto f = sigmoid<Real>(Panel::load(gate + Panel::kWidth));
  const auto g = hyperbolic_tangent<Real>(Panel::load(gate + 2 * Panel::kWidth));
  const auto o = sigmoid<Real>(Panel::load(gate + 3 * Panel::kWidth));
  const auto c = f * Panel::load(run.c + at) + i * g;
  const auto t = hyperbolic_tangent<Real>(c);
  Panel::store(gate, i);
  Panel::store(gate + Panel::kWidth, f);
  Panel::store(gate + 2 * Panel::kWidth, g);
  Panel::store(gate + 3 * Panel::kWidth, o);
  Panel::store(run.tanh_c + at, t);
  Panel::store(run.c + at + state, c);
  Panel::store(run.h + at + state, o * t);
}

template <class Real>
void forward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  for (int64_t step = 0; step < run.steps; ++step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      using Panel = decltype(panel);
      for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
        gate_products<Real, Panel>(run, run.x, run.h, run.bias, run.gates, step, unit, row, rows);
        for (int64_t r = row; r < row + rows; ++r) cell<Real, Panel>(run, step, unit, r);
      });
    });
  }
}

// grad_state = delta x the weights from the gates; its right part goes to grad_x.
template <class Real>
void gradients_from_gates(const LstmRun<Real>& run, const Real* delta, int64_t step, int64_t first,
                          int64_t last) {
  if (step == 0 && run.grad_x == nullptr && !run.want_initial_h) return;
  constexpr ptrdiff_t kGroup = kGroupVectors * kLanes<Real>;
  LstmProduct<Real> product = {};
  product.row = run.state_width;
  const Real* weights = run.from_gates;
  const auto add_panels = [&](int64_t count, int64_t width) {
    if (count == 0) return;
    product.terms[product.count++] = {
        delta,     4 * width, 1, 4 * width * run.batch, weights, kGroup, 4 * width * kGroup,
        4 * width, count};
    delta += count * 4 * width * run.batch;
    weights += count * 4 * width * kGroup;
  };
  delta += step * run.batch * 4 * run.units;
  add_panels(run.units / kLanes<Real>, kLanes<Real>);
  add_panels(run.units % kLanes<Real> == 0 ? 0 : 1, kLanes<Real> / 2);
  for (int64_t column = 0; column < run.state_width; column += kGroup) {
    product.result = run.grad_state + column;
    multiply(product, first, last, run.state_width - column < kGroup ? 1 : kGroupVectors);
    for (int64_t k = 0; k < product.count; ++k) product.terms[k].b += 4 * run.units * kGroup;
  }
  if (run.grad_x == nullptr) return;
  for (int64_t row = first; row < last; ++row) {
    const Real* from = run.grad_state + row * run.state_width + run.units;
    Real* to = run.grad_x + (step * run.batch + row) * run.input;
    for (int64_t k = 0; k < run.input; ++k) to[k] = from[k];
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE VectorOf<Real> load_or_zero(const LstmRows<Real>& rows, int64_t step,
                                               int64_t row, int64_t unit) {
  if (rows.values == nullptr) return VectorOf<Real>{};
  return Panel::load(rows.values + step * rows.step + row * rows.row + unit);
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
             t = Panel::load(run.tanh_c + at), c_before = Panel::load(run.c + at);
  Real* grad_cell = run.grad_cell + row * run.units + unit;
  const auto dh = Panel::load(run.grad_state + row * run.state_width + unit) +
                  load_or_zero<Real, Panel>(run.grad_h, step, row, unit);
  const auto d = dh * o * (1 - t * t) +
                 (Panel::load(grad_cell) + load_or_zero<Real, Panel>(run.grad_c, step, row, unit));
  if (run.total_h != nullptr) {
    Panel::store(run.total_h + at, dh);
    Panel::store(run.total_c + at, d);
  }
  Real* delta = run.delta + gates;
  Panel::store(delta, d * g * (i * (1 - i)));
  Panel::store(delta + kWidth, d * c_before * (f * (1 - f)));
  Panel::store(delta + 2 * kWidth, d * i * (1 - g * g));
  Panel::store(delta + 3 * kWidth, dh * t * (o * (1 - o)));
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
    gradients_from_gates<Real>(run, run.delta, step, first, last);
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void tangent_cell(const LstmRun<Real>& run, int64_t step, int64_t unit,
                                     int64_t row) {
  constexpr int64_t kWidth = Panel::kWidth;
  const int64_t state = run.batch * run.units;
  const int64_t at = step * state + row * run.units + unit;
  const int64_t gates = gates_at<Real, Panel>(run, step, row, unit);
  const Real* gate = run.gates + gates;
  Real* tangent = run.tangent_gates + gates;
  const auto i = Panel::load(gate), f = Panel::load(gate + kWidth),
             g = Panel::load(gate + 2 * kWidth), o = Panel::load(gate + 3 * kWidth),
             t = Panel::load(run.tanh_c + at);
  const auto it = Panel::load(tangent) * (i * (1 - i));
  const auto ft = Panel::load(tangent + kWidth) * (f * (1 - f));
  const auto gt = Panel::load(tangent + 2 * kWidth) * (1 - g * g);
  const auto ot = Panel::load(tangent + 3 * kWidth) * (o * (1 - o));
  const auto ct =
      ft * Panel::load(run.c + at) + (f * Panel::load(run.tangent_c + at) + (it * g + i * gt));
  Panel::store(tangent, it);
  Panel::store(tangent + kWidth, ft);
  Panel::store(tangent + 2 * kWidth, gt);
  Panel::store(tangent + 3 * kWidth, ot);
  Panel::store(run.tangent_c + at + state, ct);
  Panel::store(run.tangent_h + at + state, ot * t + o * ((1 - t * t) * ct));
}

template <class Real>
void tangent_forward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  for (int64_t step = 0; step < run.steps; ++step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      using Panel = decltype(panel);
      for_row_blocks(first, last, [&](int64_t row, int64_t rows) {
        gate_products<Real, Panel>(run, run.tangent_x, run.tangent_h, nullptr, run.tangent_gates,
                                   step, unit, row, rows);
        for (int64_t r = row; r < row + rows; ++r) tangent_cell<Real, Panel>(run, step, unit, r);
      });
    });
  }
}

template <class Real, class Panel>
RNNGAN_LSTM_INLINE void tangent_cell_backward(const LstmRun<Real>& run, int64_t step, int64_t unit,
                                              int64_t row) {
  constexpr int64_t kWidth = Panel::kWidth;
  const int64_t state = run.batch * run.units;
  const int64_t at = step * state + row * run.units + unit;
  const int64_t gates = gates_at<Real, Panel>(run, step, row, unit);
  const Real* gate = run.gates + gates;
  Real* tangent = run.tangent_gates + gates;
  const auto i = Panel::load(gate), f = Panel::load(gate + kWidth),
             g = Panel::load(gate + 2 * kWidth), o = Panel::load(gate + 3 * kWidth),
             t = Panel::load(run.tanh_c + at), c_before = Panel::load(run.c + at);
  const auto it = Panel::load(tangent), ft = Panel::load(tangent + kWidth),
             gt = Panel::load(tangent + 2 * kWidth), ot = Panel::load(tangent + 3 * kWidth),
             ct_before = Panel::load(run.tangent_c + at);
  const auto dh = Panel::load(run.total_h + at), d = Panel::load(run.total_c + at);
  Real* grad_cell = run.grad_cell + row * run.units + unit;

  const auto slope = 1 - t * t;
  const auto tt = slope * Panel::load(run.tangent_c + at + state);
  const auto dht = Panel::load(run.grad_state + row * run.state_width + unit);
  const auto dt = dht * o * slope + Panel::load(grad_cell) + dh * (ot * slope - 2 * o * t * tt);
  Panel::store(tangent, (dt * g + d * gt) * (i * (1 - i)) + d * g * it * (1 - 2 * i));
  Panel::store(tangent + kWidth,
               (dt * c_before + d * ct_before) * (f * (1 - f)) + d * c_before * ft * (1 - 2 * f));
  Panel::store(tangent + 2 * kWidth, (dt * i + d * it) * (1 - g * g) - 2 * d * i * g * gt);
  Panel::store(tangent + 3 * kWidth,
               (dht * t + dh * tt) * (o * (1 - o)) + dh * t * ot * (1 - 2 * o));
  Panel::store(grad_cell, dt * f + d * ft);
}

template <class Real>
void tangent_backward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  for (int64_t step = run.steps - 1; step >= 0; --step) {
    for_panels<Real>(run.units, [&](auto panel, int64_t unit) {
      for (int64_t row = first; row < last; ++row) {
        tangent_cell_backward<Real, decltype(panel)>(run, step, unit, row);
      }
    });
    gradients_from_gates<Real>(run, run.tangent_gates, step, first, last);
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
    kLanes<Real>,           kUnitStep<Real>, kTileRows,
    forward<Real>,          backward<Real>,  tangent_forward<Real>,
    tangent_backward<Real>, multiply<Real>,  map_sigmoid<Real>,
    map_tanh<Real>};

}  // namespace rnngan::RNNGAN_LSTM_ISA
