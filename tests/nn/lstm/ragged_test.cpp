// Sequences of unequal length.
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "nn/lstm/module.h"
#include "nn/lstm/module_support.h"

namespace rnngan {
namespace lstm_ragged_test {

using testing::expect_close;
using testing::float64;
using testing::full;
using testing::gradient_penalty;
using testing::kInput;
using testing::make_lstm;
using testing::make_state;
using testing::mixture;
using testing::numbers;
using testing::ragged;
using torch::Tensor;

class Ragged : public ::testing::TestWithParam<std::tuple<int64_t, bool>> {};

TEST_P(Ragged, EqualsEverySequenceAlone) {
  const auto [layers, bidirectional] = GetParam();
  const auto lstm = make_lstm(layers, bidirectional);
  const std::vector<int64_t> lengths = {2, 5, 1, 4};
  const Tensor x = numbers({4, 5, kInput}, 0.4).requires_grad_();
  const LstmState state = make_state(*lstm, 4);
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const LstmOutput output = lstm->forward(x, ragged(lengths, 5), state, differentiation);
    for (int64_t b = 0; b < 4; ++b) {
      const int64_t length = lengths[static_cast<size_t>(b)];
      const LstmState own = {state.h.narrow(1, b, 1), state.c.narrow(1, b, 1)};
      const LstmOutput alone = lstm->forward(x.narrow(0, b, 1).narrow(1, 0, length),
                                             full(1, length), own, Differentiation::twice);
      const Tensor y = output.y.narrow(0, b, 1);
      expect_close(y.narrow(1, 0, length), alone.y, 1e-14, "y");
      expect_close(output.final.h.narrow(1, b, 1), alone.final.h, 1e-14, "h");
      expect_close(output.final.c.narrow(1, b, 1), alone.final.c, 1e-14, "c");
      EXPECT_TRUE((y.narrow(1, length, 5 - length) == 0).all().item<bool>());
    }
    const Tensor y_alone = lstm->outputs(x, ragged(lengths, 5), state, differentiation);
    expect_close(y_alone, output.y, 1e-14, "y without the final state");
  }
}

TEST_P(Ragged, GradientsOfAPenaltyEqualEverySequenceAlone) {
  const auto [layers, bidirectional] = GetParam();
  const auto lstm = make_lstm(layers, bidirectional);
  const std::vector<int64_t> lengths = {2, 4, 1};
  const Tensor x = numbers({3, 4, kInput}, 0.4).requires_grad_();
  const auto penalty = [&](const Tensor& input, const StepMask& steps) {
    const LstmOutput output = lstm->forward(input, steps);
    return gradient_penalty(
        output.y.pow(2).sum() + output.final.h.pow(2).sum() + output.final.c.sum(), input);
  };
  std::vector<Tensor> leaves = lstm->parameters();
  leaves.push_back(x);
  const auto together =
      torch::autograd::grad({penalty(x, ragged(lengths, 4)) * 3}, leaves, {}, false, false, true);
  Tensor sum = torch::zeros({}, float64());
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t length = lengths[static_cast<size_t>(b)];
    sum = sum + penalty(x.narrow(0, b, 1).narrow(1, 0, length), full(1, length));
  }
  const auto alone = torch::autograd::grad({sum}, leaves, {}, false, false, true);
  for (size_t i = 0; i < leaves.size(); ++i) {
    expect_close(together[i], alone[i], 1e-11, "gradient " + std::to_string(i));
  }
}

TEST_P(Ragged, PaddingReachesNothing) {
  const auto [layers, bidirectional] = GetParam();
  const auto lstm = make_lstm(layers, bidirectional);
  const StepMask steps = ragged({2, 4, 3}, 4);
  const Tensor clean = numbers({3, 4, kInput}, 0.4);
  Tensor dirty = clean.clone();
  dirty.masked_fill_(~steps.mask.unsqueeze(2), std::numeric_limits<double>::quiet_NaN());
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const auto gradients = [&](const Tensor& input) {
      const Tensor x = input.clone().requires_grad_();
      const LstmOutput output = lstm->forward(x, steps, {}, differentiation);
      std::vector<Tensor> leaves = lstm->parameters();
      leaves.push_back(x);
      return torch::autograd::grad({mixture(output.y, output.final.h, output.final.c)}, leaves);
    };
    const auto expected = gradients(clean);
    const auto actual = gradients(dirty);
    for (size_t i = 0; i < actual.size(); ++i) {
      EXPECT_TRUE(torch::equal(actual[i], expected[i])) << i;
    }
    EXPECT_TRUE((actual.back().masked_select(~steps.mask.unsqueeze(2)) == 0).all().item<bool>());
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Ragged,
                         ::testing::Combine(::testing::Values<int64_t>(1, 2), ::testing::Bool()));

}  // namespace lstm_ragged_test
}  // namespace rnngan
