#include "nn/state_feedback.h"

#include <gtest/gtest.h>

#include "columns/activation.h"
#include "columns/support.h"
#include "nn/support.h"

namespace rnngan {
namespace state_feedback_test {

using columns_test::Mixed;
using testing::expect_close;
using testing::numbers;
using torch::Tensor;

struct Feedback {
  Schema schema = Mixed().schema;
  Layout layout{schema};
  StateFeedback feedback{layout};
  int64_t width = layout.width() - layout.values();
  Tensor raw = numbers({3, 6, layout.width()}, 0.4, 2.0);

  Feedback() { feedback.to(torch::kFloat64); }
  Tensor weight() { return feedback.parameters()[0]; }
  void set_weight(const Tensor& weight_of) {
    const torch::NoGradGuard no_grad;
    weight().copy_(weight_of);
  }
  Tensor states(const Tensor& logits) const {
    return Activation(schema, OutputActivation::linear)(logits).x.narrow(2, layout.values(), width);
  }
};

TEST(StateFeedback, BeginsWithoutAnEffect) {
  Feedback of;
  EXPECT_TRUE(torch::equal(of.feedback.forward(of.raw), of.raw));
}

// Step by step from what the activation decides: the step before, of the same sequence, and
// nothing at its first step.
TEST(StateFeedback, AddsWeightsOfTheStatesBefore) {
  Feedback of;
  of.set_weight(numbers({of.width, of.width}, 1.1, 3.0));
  const Tensor made = of.feedback.forward(of.raw);
  const Tensor states = of.states(made);
  ASSERT_GT(states.sum().item<double>(), 0);
  const int64_t values = of.layout.values();
  EXPECT_TRUE(torch::equal(made.narrow(2, 0, values), of.raw.narrow(2, 0, values)));
  for (int64_t t = 0; t < of.raw.size(1); ++t) {
    Tensor expected = of.raw.select(1, t).narrow(1, values, of.width);
    if (t > 0) expected = expected + states.select(1, t - 1).matmul(of.weight().t());
    expect_close(made.select(1, t).narrow(1, values, of.width), expected, 1e-12,
                 "step " + std::to_string(t));
  }
}

// A large weight on its own state keeps each block where it began, whatever its logits say later.
TEST(StateFeedback, CanStay) {
  Feedback of;
  EXPECT_FALSE(torch::equal(of.states(of.raw).select(1, 0), of.states(of.raw).select(1, 3)));
  of.set_weight(100 * torch::eye(of.width));
  const Tensor states = of.states(of.feedback.forward(of.raw));
  for (const ChannelBlock& block : of.layout.blocks()) {
    if (block.role != Role::category) continue;  // "none" of the gates has no weight of its own
    const Tensor one = states.narrow(2, block.begin - of.layout.values(), block.width);
    EXPECT_TRUE((one == one.narrow(1, 0, 1)).all().item<bool>());
  }
}

TEST(StateFeedback, GradientsAreThoseOfFixedStates) {
  Feedback of;
  of.set_weight(numbers({of.width, of.width}, 1.1, 0.5));
  of.raw.requires_grad_();
  const Tensor share = numbers(of.raw.sizes(), 0.9);
  testing::expect_finite_differences([&] { return (of.feedback.forward(of.raw) * share).sum(); },
                                     {of.raw, of.weight()});
}

}  // namespace state_feedback_test
}  // namespace rnngan
