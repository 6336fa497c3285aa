// Critics, batches and terms by name, for tests of terms.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objective/fake_context.h"
#include "objective/objective.h"

namespace rnngan {

inline std::shared_ptr<Term> make(const std::string& type,
                                  const nlohmann::json& options = nlohmann::json::object()) {
  const TermRow& row = row_named(term_catalog(), type);
  return row.make(options_of(row.description, options).get());
}

inline StepMask lengths(const std::vector<int64_t>& values, int64_t steps) {
  return make_step_mask(torch::tensor(values, at::kLong), steps, at::kCPU);
}

/// Mean over the valid steps of w . x_t.
inline Critic linear(const at::Tensor& w) {
  return [w](const at::Tensor& input, const StepMask& steps) {
    return masked_mean(zero_padding(input, steps).matmul(w), steps);
  };
}

/// Sum over all steps, padding included: a critic that does not mask.
inline Critic leaky(const at::Tensor& w) {
  return [w](const at::Tensor& input, const StepMask&) { return input.matmul(w).sum(1); };
}

/// Not linear in anything, and padding is masked.
inline Critic curved(const at::Tensor& w) {
  return [w](const at::Tensor& input, const StepMask& steps) {
    const at::Tensor hidden = zero_padding(input, steps).matmul(w).tanh();
    return 10 * masked_mean(hidden.square() + hidden, steps);
  };
}

inline std::vector<double> to_vector(const at::Tensor& t) {
  const at::Tensor flat = t.detach().contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// A batch of B sequences of T steps and two columns that no generator drew.
inline at::Tensor wavy(int64_t batch, int64_t steps, double phase) {
  return (at::arange(batch * steps * 2, at::kDouble) * 0.7 + phase).sin().view({batch, steps, 2});
}

}  // namespace rnngan
