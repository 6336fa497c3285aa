#include "nn/state_feedback.h"

#include <gtest/gtest.h>

#include "columns/activation.h"
#include "columns/state_chain.h"
#include "columns/support.h"
#include "nn/support.h"

namespace rnngan {
namespace state_feedback_test {

using columns_test::Mixed;
using testing::expect_close;
using testing::numbers;
using torch::Tensor;

struct Feedback {
  Schema schema = Mixed().derived().schema;
  Layout layout{schema};
  StateFeedback feedback{schema, layout};
  int64_t width = layout.width() - layout.values();
  Tensor raw = numbers({3, 6, layout.width()}, 0.4, 2.0);
  Tensor draws = numbers({3, 6, 2}, 0.7, 0.5) + 0.5;

  Feedback() { feedback.to(torch::kFloat64); }
  Tensor parameter(const std::string& name) { return feedback.named_parameters()[name]; }
  /// [B,T,L+1]: the channels of all blocks and "none" of the gates.
  Tensor states(const Tensor& logits, const Tensor& drawn) const {
    const Tensor on = Activation(schema, OutputActivation::linear)(logits, true, drawn)
                          .x.narrow(2, layout.values(), width);
    return torch::cat({on, 1 - on.narrow(2, 0, 3).sum(2, true)}, 2);
  }
};

TEST(StateFeedback, BeginsAsTheChainOfTraining) {
  Feedback of;
  const auto expect_start = [&](const std::string& name, const Tensor& start) {
    expect_close(of.parameter(name), start.to(torch::kFloat64), 0, name);
  };
  expect_start("transitions", transition_logits(of.schema, of.layout));
  expect_start("shares", share_logits(of.schema, of.layout).narrow(0, 4, 7));
  expect_start("to_values", torch::zeros({4, 8}));
}

// Step by step from what the activation decides: the step before, of the same sequence, and
// nothing at its first step; values by the states of their own step.
void expect_weights_of_states_before(bool drawn) {
  Feedback of;
  testing::set_numbers(of.feedback, 3.0);
  const Tensor draws = drawn ? of.draws : Tensor();
  const Tensor made = of.feedback.forward(of.raw, draws);
  const Tensor states = of.states(made, draws);
  const int64_t values = of.layout.values();
  expect_close(made.narrow(2, 0, values),
               of.raw.narrow(2, 0, values) + states.matmul(of.parameter("to_values").t()), 1e-12,
               "values");
  for (int64_t t = 0; t < of.raw.size(1); ++t) {
    Tensor expected =
        0.2 * of.raw.select(1, t).narrow(1, values, of.width) + of.parameter("shares");
    if (t > 0)
      expected = expected + states.select(1, t - 1).matmul(of.parameter("transitions").t());
    expect_close(made.select(1, t).narrow(1, values, of.width), expected, 1e-12,
                 "step " + std::to_string(t));
  }
}

TEST(StateFeedback, AddsWeightsOfTheLikeliestStates) {
  expect_weights_of_states_before(false);
}

TEST(StateFeedback, AddsWeightsOfTheStatesThatWereDrawn) {
  expect_weights_of_states_before(true);
}

TEST(StateFeedback, DrawsMatter) {
  Feedback of;
  EXPECT_FALSE(torch::equal(of.states(of.raw, of.draws), of.states(of.raw, {})));
}

TEST(StateFeedback, GradientsAreThoseOfFixedStates) {
  Feedback of;
  testing::set_numbers(of.feedback);
  of.raw.requires_grad_();
  const Tensor share = numbers(of.raw.sizes(), 0.9);
  testing::expect_finite_differences(
      [&] { return (of.feedback.forward(of.raw, of.draws) * share).sum(); },
      {of.raw, of.parameter("shares"), of.parameter("transitions"), of.parameter("to_values")});
}

}  // namespace state_feedback_test
}  // namespace rnngan
