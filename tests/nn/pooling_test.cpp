#include "nn/pooling.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace rnngan {
namespace pooling_test {

using torch::Tensor;

constexpr int64_t kBatch = 3, kSteps = 5, kHidden = 2;

/// The same of single operations.
Tensor plainly_pooled(const Tensor& y, const LstmOptions& lstm, const StepMask& steps) {
  std::vector<Tensor> rows;
  for (int64_t b = 0; b < kBatch; ++b) {
    const int64_t length = steps.lengths[b].item<int64_t>();
    const Tensor valid = y[b].narrow(0, 0, length);
    Tensor last = valid[length - 1].narrow(0, 0, kHidden);
    if (lstm.bidirectional) last = torch::cat({last, valid[0].narrow(0, kHidden, kHidden)});
    rows.push_back(torch::cat({valid.mean(0), last}));
  }
  return torch::stack(rows);
}

class Pooling : public ::testing::TestWithParam<std::tuple<bool, bool>> {
 protected:
  void SetUp() override {
    const auto [bidirectional, ragged] = GetParam();
    lstm_.hidden = kHidden;
    lstm_.bidirectional = bidirectional;
    const Tensor lengths = ragged ? torch::tensor({5, 1, 3}, torch::kInt64)
                                  : torch::full({kBatch}, kSteps, torch::kInt64);
    steps_ = make_step_mask(lengths, kSteps, torch::kCPU);
    const int64_t width = kHidden * (bidirectional ? 2 : 1);
    y_ = torch::arange(kBatch * kSteps * width, torch::kFloat64)
             .mul(0.7)
             .sin()
             .view({kBatch, kSteps, width})
             .requires_grad_();
  }

  LstmOptions lstm_;
  StepMask steps_;
  Tensor y_;
};

TEST_P(Pooling, HasTheValuesOfSingleOperations) {
  EXPECT_TRUE(torch::allclose(pooled_states(y_, lstm_, steps_), plainly_pooled(y_, lstm_, steps_),
                              0, 1e-14));
}

TEST_P(Pooling, HasTheirFirstAndSecondGradients) {
  const auto gradients = [&](auto pool) {
    // Not linear in the pooled states, so that the second gradient is not zero.
    const Tensor first =
        torch::autograd::grad({pool(y_, lstm_, steps_).pow(3).sum()}, {y_}, {}, true, true)[0];
    const Tensor second = torch::autograd::grad({first.square().sum()}, {y_})[0];
    return std::make_pair(first.detach(), second);
  };
  const auto [first, second] = gradients(pooled_states);
  const auto [plain_first, plain_second] = gradients(plainly_pooled);
  EXPECT_TRUE(torch::allclose(first, plain_first, 0, 1e-13));
  EXPECT_TRUE(torch::allclose(second, plain_second, 0, 1e-13));
  EXPECT_GT(plain_second.abs().max().item<double>(), 0.1);
}

TEST_P(Pooling, GivesPaddingNoGradient) {
  const Tensor gradient = torch::autograd::grad({pooled_states(y_, lstm_, steps_).sum()}, {y_})[0];
  const Tensor on_padding = gradient.masked_select(steps_.mask.logical_not().unsqueeze(2));
  EXPECT_EQ(on_padding.abs().sum().item<double>(), 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Pooling, ::testing::Combine(::testing::Bool(), ::testing::Bool()));

}  // namespace pooling_test
}  // namespace rnngan
