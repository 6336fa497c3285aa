// One layer on a backend and by the reference implementation, on the same inputs.
#pragma once

#include <cmath>
#include <vector>

#include "nn/lstm/autograd.h"
#include "nn/lstm/reference.h"
#include "nn/support.h"

namespace rnngan::testing {

struct LayerSize {
  int64_t directions, steps, batch, input, hidden;
  bool shared = false;    // both directions run over the same x
  bool row_bias = false;  // each sequence has a bias of its own
};

// The inputs of a layer as leaves, and what is taken of it.
struct Layer {
  std::vector<torch::Tensor> leaves;  // x, w_ih, w_hh, bias, h0, c0

  explicit Layer(const LayerSize& s, torch::Dtype dtype = torch::kFloat64) {
    const double scale = 1.0 / std::sqrt(static_cast<double>(s.hidden));
    const auto add = [&](torch::IntArrayRef shape, double phase, double size) {
      leaves.push_back(numbers(shape, phase, size).to(dtype).requires_grad_());
    };
    add({s.shared ? 1 : s.directions, s.steps, s.batch, s.input}, 0.4, 1.0);
    add({s.directions, 4 * s.hidden, s.input}, 0.5, scale);
    add({s.directions, 4 * s.hidden, s.hidden}, 0.6, scale);
    if (s.row_bias) {
      add({s.directions, s.batch, 4 * s.hidden}, 0.7, scale);
    } else {
      add({s.directions, 4 * s.hidden}, 0.7, scale);
    }
    add({s.directions, s.batch, s.hidden}, 0.8, 0.7);
    add({s.directions, s.batch, s.hidden}, 0.9, 0.7);
  }

  lstm::States on_backend() const { return lstm::backend_layer(inputs()); }
  lstm::States by_reference() const { return lstm::reference_layer(inputs()); }
  lstm::Inputs inputs() const {
    return {leaves[0], {leaves[1], leaves[2], leaves[3]}, leaves[4], leaves[5]};
  }
};

}  // namespace rnngan::testing
