// The LSTMs, states and losses that the tests of nn/lstm share.
#pragma once

#include <memory>

#include "nn/lstm/module.h"
#include "nn/support.h"

namespace rnngan::testing {

inline constexpr int64_t kInput = 3;
inline constexpr int64_t kHidden = 4;

inline std::shared_ptr<Lstm> make_lstm(int64_t layers, bool bidirectional) {
  LstmOptions options;
  options.input = kInput;
  options.hidden = kHidden;
  options.layers = layers;
  options.bidirectional = bidirectional;
  auto lstm = std::make_shared<Lstm>(options);
  lstm->to(torch::kFloat64);
  set_numbers(*lstm);
  return lstm;
}

inline LstmState make_state(const Lstm& lstm, int64_t batch) {
  const LstmOptions& o = lstm.options();
  return {numbers({o.layers * o.directions(), batch, o.hidden}, 0.2, 0.7).requires_grad_(),
          numbers({o.layers * o.directions(), batch, o.hidden}, 1.2, 0.7).requires_grad_()};
}

// A scalar in which every output counts, each with another weight.
inline torch::Tensor mixture(const torch::Tensor& y, const torch::Tensor& h,
                             const torch::Tensor& c) {
  return (y * numbers(y.sizes(), 0.5)).sum() + (h * numbers(h.sizes(), 0.6)).sum() +
         (c * numbers(c.sizes(), 0.7)).sum();
}

}  // namespace rnngan::testing
