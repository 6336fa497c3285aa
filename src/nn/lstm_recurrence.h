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

// The addends of rows [x | h] times the weights into the gates.
template <class Real>
RNNGAN_LSTM_INLINE void gate_terms(LstmProduct<Real>& product, const LstmRun<Real>& run,
                                   const Real* x, const Real* h) {
  const ptrdiff_t width = kPanelVectors * kLanes<Real>;
  const ptrdiff_t panel = (run.input + run.hidden) * width;
  product.count = 0;
  if (x != nullptr) {
    product.terms[product.count++] = {x, run.input, 1, run.input, run.into_gates, panel, width};
  }
  product.terms[product.count++] = {
      h, run.units, 1, run.hidden, run.into_gates + run.input * width, panel, width};
}

template <class Real>
void forward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const int64_t units = run.units;
  const int64_t state = run.batch * units;
  LstmProduct<Real> product = {};
  product.start = run.bias;
  product.row = 4 * units;
  for (int64_t step = 0; step < run.steps; ++step) {
    product.result = run.gates + step * 4 * state;
    gate_terms(product, run, run.x + step * run.batch * run.input, run.h + step * state);
    multiply_all(product, first, last, 4 * units);
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = step * state + row * units;
      for (int64_t u = 0; u < units; u += kLanes<Real>) {
        Real* gate = run.gates + 4 * at + u;
        const auto i = sigmoid<Real>(load(gate));
        const auto f = sigmoid<Real>(load(gate + units));
        const auto g = hyperbolic_tangent<Real>(load(gate + 2 * units));
        const auto o = sigmoid<Real>(load(gate + 3 * units));
        const auto c = f * load(run.c + at + u) + i * g;
        const auto t = hyperbolic_tangent<Real>(c);
        store(gate, i);
        store(gate + units, f);
        store(gate + 2 * units, g);
        store(gate + 3 * units, o);
        store(run.tanh_c + at + u, t);
        store(run.c + at + state + u, c);
        store(run.h + at + state + u, o * t);
      }
    }
  }
}

// grad_state = delta x the weights from the gates; its right part goes to grad_x.
template <class Real>
RNNGAN_LSTM_INLINE void gradients_from_gates(const LstmRun<Real>& run, const Real* delta,
                                             int64_t step, int64_t first, int64_t last) {
  if (step == 0 && run.grad_x == nullptr && !run.want_initial_h) return;
  const int64_t units = run.units;
  const ptrdiff_t width = kPanelVectors * kLanes<Real>;
  LstmProduct<Real> product = {};
  product.terms[0] = {delta + step * run.batch * 4 * units,
                      4 * units,
                      1,
                      4 * units,
                      run.from_gates,
                      4 * units * width,
                      width};
  product.count = 1;
  product.result = run.grad_state;
  product.row = run.state_width;
  multiply_all(product, first, last, run.state_width);
  if (run.grad_x == nullptr) return;
  for (int64_t row = first; row < last; ++row) {
    const Real* from = run.grad_state + row * run.state_width + units;
    Real* to = run.grad_x + (step * run.batch + row) * run.input;
    for (int64_t k = 0; k < run.input; ++k) to[k] = from[k];
  }
}

template <class Real>
RNNGAN_LSTM_INLINE VectorOf<Real> load_or_zero(const Real* from, int64_t at) {
  return from == nullptr ? VectorOf<Real>{} : load(from + at);
}

template <class Real>
void backward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const int64_t units = run.units;
  const int64_t state = run.batch * units;
  for (int64_t step = run.steps - 1; step >= 0; --step) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = step * state + row * units;
      for (int64_t u = 0; u < units; u += kLanes<Real>) {
        const Real* gate = run.gates + 4 * at + u;
        const auto i = load(gate), f = load(gate + units), g = load(gate + 2 * units),
                   o = load(gate + 3 * units), t = load(run.tanh_c + at + u),
                   c_before = load(run.c + at + u);
        Real* cell = run.grad_cell + row * units + u;
        const auto dh =
            load(run.grad_state + row * run.state_width + u) + load_or_zero(run.grad_h, at + u);
        const auto d = dh * o * (1 - t * t) + (load(cell) + load_or_zero(run.grad_c, at + u));
        if (run.total_h != nullptr) {
          store(run.total_h + at + u, dh);
          store(run.total_c + at + u, d);
        }
        Real* delta = run.delta + 4 * at + u;
        store(delta, d * g * (i * (1 - i)));
        store(delta + units, d * c_before * (f * (1 - f)));
        store(delta + 2 * units, d * i * (1 - g * g));
        store(delta + 3 * units, dh * t * (o * (1 - o)));
        store(cell, d * f);
      }
    }
    gradients_from_gates(run, run.delta, step, first, last);
  }
}

template <class Real>
void tangent_forward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const int64_t units = run.units;
  const int64_t state = run.batch * units;
  LstmProduct<Real> product = {};
  product.row = 4 * units;
  for (int64_t step = 0; step < run.steps; ++step) {
    product.result = run.tangent_gates + step * 4 * state;
    const Real* x =
        run.tangent_x == nullptr ? nullptr : run.tangent_x + step * run.batch * run.input;
    gate_terms(product, run, x, static_cast<const Real*>(run.tangent_h + step * state));
    multiply_all(product, first, last, 4 * units);
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = step * state + row * units;
      for (int64_t u = 0; u < units; u += kLanes<Real>) {
        const Real* gate = run.gates + 4 * at + u;
        Real* tangent = run.tangent_gates + 4 * at + u;
        const auto i = load(gate), f = load(gate + units), g = load(gate + 2 * units),
                   o = load(gate + 3 * units), t = load(run.tanh_c + at + u);
        const auto it = load(tangent) * (i * (1 - i));
        const auto ft = load(tangent + units) * (f * (1 - f));
        const auto gt = load(tangent + 2 * units) * (1 - g * g);
        const auto ot = load(tangent + 3 * units) * (o * (1 - o));
        const auto ct =
            ft * load(run.c + at + u) + (f * load(run.tangent_c + at + u) + (it * g + i * gt));
        store(tangent, it);
        store(tangent + units, ft);
        store(tangent + 2 * units, gt);
        store(tangent + 3 * units, ot);
        store(run.tangent_c + at + state + u, ct);
        store(run.tangent_h + at + state + u, ot * t + o * ((1 - t * t) * ct));
      }
    }
  }
}

template <class Real>
void tangent_backward(const LstmRun<Real>& run, int64_t first, int64_t last) {
  const int64_t units = run.units;
  const int64_t state = run.batch * units;
  for (int64_t step = run.steps - 1; step >= 0; --step) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t at = step * state + row * units;
      for (int64_t u = 0; u < units; u += kLanes<Real>) {
        const Real* gate = run.gates + 4 * at + u;
        Real* tangent = run.tangent_gates + 4 * at + u;
        const auto i = load(gate), f = load(gate + units), g = load(gate + 2 * units),
                   o = load(gate + 3 * units), t = load(run.tanh_c + at + u),
                   c_before = load(run.c + at + u);
        const auto it = load(tangent), ft = load(tangent + units), gt = load(tangent + 2 * units),
                   ot = load(tangent + 3 * units), ct_before = load(run.tangent_c + at + u);
        const auto dh = load(run.total_h + at + u), d = load(run.total_c + at + u);
        Real* cell = run.grad_cell + row * units + u;

        const auto slope = 1 - t * t;
        const auto tt = slope * load(run.tangent_c + at + state + u);
        const auto dht = load(run.grad_state + row * run.state_width + u);
        const auto dt = dht * o * slope + load(cell) + dh * (ot * slope - 2 * o * t * tt);
        store(tangent, (dt * g + d * gt) * (i * (1 - i)) + d * g * it * (1 - 2 * i));
        store(tangent + units,
              (dt * c_before + d * ct_before) * (f * (1 - f)) + d * c_before * ft * (1 - 2 * f));
        store(tangent + 2 * units, (dt * i + d * it) * (1 - g * g) - 2 * d * i * g * gt);
        store(tangent + 3 * units, (dht * t + dh * tt) * (o * (1 - o)) + dh * t * ot * (1 - 2 * o));
        store(cell, dt * f + d * ft);
      }
    }
    gradients_from_gates(run, run.tangent_gates, step, first, last);
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
inline constexpr LstmKernels<Real> kKernels = {kLanes<Real>,          kTileRows,
                                               forward<Real>,         backward<Real>,
                                               tangent_forward<Real>, tangent_backward<Real>,
                                               multiply<Real>,        map_sigmoid<Real>,
                                               map_tanh<Real>};

}  // namespace rnngan::RNNGAN_LSTM_ISA
