// What the tests of nn/ share: comparisons, finite differences, small schemas.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "columns/schema.h"
#include "tensor/batch.h"

namespace rnngan::testing {

inline torch::TensorOptions float64() {
  return torch::TensorOptions().dtype(torch::kFloat64);
}

/// Reproducible numbers that are not special in any way: sin(1.7 k + phase), double.
inline torch::Tensor numbers(torch::IntArrayRef shape, double phase, double scale = 1.0) {
  int64_t size = 1;
  for (const int64_t extent : shape) size *= extent;
  return (torch::arange(size, float64()) * 1.7 + phase).sin().mul(scale).view(shape);
}

/// Gives every parameter and state different, fixed values.
inline void set_numbers(torch::nn::Module& module, double scale = 0.5) {
  const torch::NoGradGuard no_grad;
  double phase = 0.3;
  for (torch::Tensor& parameter : module.parameters()) {
    parameter.copy_(numbers(parameter.sizes(), phase, scale));
    phase += 0.9;
  }
}

inline StepMask ragged(const std::vector<int64_t>& lengths, int64_t steps) {
  return make_step_mask(torch::tensor(lengths), steps, torch::kCPU);
}

inline StepMask full(int64_t batch, int64_t steps) {
  return full_step_mask(batch, steps, torch::kCPU);
}

inline void expect_close(const torch::Tensor& actual, const torch::Tensor& expected,
                         double tolerance, const std::string& what) {
  ASSERT_TRUE(actual.defined() && expected.defined()) << what;
  ASSERT_EQ(actual.sizes(), expected.sizes()) << what;
  if (actual.numel() == 0) return;
  const double error = (actual - expected).abs().max().item<double>();
  EXPECT_LE(error, tolerance) << what;  // NaN fails too
}

/// Compares autograd's gradient of `loss` in every entry of `inputs` (double leaves) with central
/// differences.
inline void expect_finite_differences(const std::function<torch::Tensor()>& loss,
                                      const std::vector<torch::Tensor>& inputs,
                                      double tolerance = 1e-7) {
  const auto gradients = torch::autograd::grad({loss()}, inputs, {}, false, false, true);
  constexpr double kStep = 1e-5;
  for (size_t k = 0; k < inputs.size(); ++k) {
    const torch::Tensor entries = inputs[k].detach().view(-1);
    torch::Tensor numeric = torch::zeros_like(entries);
    for (int64_t i = 0; i < entries.numel(); ++i) {
      const double kept = entries[i].item<double>();
      entries[i].fill_(kept + kStep);
      const double above = loss().item<double>();
      entries[i].fill_(kept - kStep);
      const double below = loss().item<double>();
      entries[i].fill_(kept);
      numeric[i].fill_((above - below) / (2 * kStep));
    }
    const torch::Tensor exact =
        gradients[k].defined() ? gradients[k].reshape(-1) : torch::zeros_like(entries);
    expect_close(exact, numeric, tolerance, "input " + std::to_string(k));
  }
}

/// mean over B of (|d sum(score) / d input| - 1)^2, the norm over everything but B; differentiable.
inline torch::Tensor gradient_penalty(const torch::Tensor& score, const torch::Tensor& input) {
  const torch::Tensor gradient = torch::autograd::grad({score.sum()}, {input}, {}, true, true)[0];
  return (gradient.pow(2).sum({1, 2}).add(1e-12).sqrt() - 1).pow(2).mean();
}

inline Column column(double mean, double sd, double min, double max, double difference_sd) {
  Column result;
  result.name = "c";
  result.mean = mean;
  result.sd = sd;
  result.min = min;
  result.max = max;
  result.difference_sd = difference_sd;
  result.codec = affine_codec(result, Scaling::standard);
  return result;
}

/// Two columns and a label of `classes` classes (none when 0).
inline Schema small_schema(int64_t classes = 0) {
  Schema schema;
  schema.columns = {column(1.0, 2.0, -3.0, 5.0, 0.5), column(10.0, 4.0, 2.0, 18.0, 1.0)};
  for (int64_t k = 0; k < classes; ++k) schema.labels.push_back(std::to_string(k));
  return schema;
}

}  // namespace rnngan::testing
