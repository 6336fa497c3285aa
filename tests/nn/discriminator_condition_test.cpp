// How the condition enters the score.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "nn/discriminator_support.h"

namespace rnngan {
namespace discriminator_condition_test {

using testing::beside;
using testing::expect_close;
using testing::features_of;
using testing::full;
using testing::kPolicies;
using testing::labelled_condition;
using testing::make_discriminator;
using testing::numbers;
using testing::numbers_of_policy;
using testing::parameter;
using testing::ragged;
using testing::schema_with_static;
using testing::small_config;
using testing::small_schema;
using testing::states;
using torch::Tensor;

TEST(DiscriminatorCondition, ProjectionAddsAnInnerProduct) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor input = numbers({3, 4, 4}, 0.4), condition = labelled_condition();
  for (const ScorePolicy policy : kPolicies) {
    DiscriminatorConfig config = small_config(policy);
    config.condition = ConditionPath::projection;
    const auto d = make_discriminator(config, schema_with_static(3));
    const Tensor y = states(*d, input, steps);  // of the critic input alone
    const Tensor features = features_of(y, steps);
    ASSERT_EQ(parameter(*d, "projection.weight").sizes(), torch::IntArrayRef({12, 4}));
    Tensor expected = numbers_of_policy(*d, y, steps).squeeze(-1);
    const Tensor agreement =
        torch::einsum("pc,bc,bp->b", {parameter(*d, "projection.weight"), condition, features});
    expected = policy == ScorePolicy::step ? (expected + agreement.unsqueeze(1)) * steps.mask
                                           : expected + agreement;
    const DiscriminatorOutput output = d->score(input, condition, steps);
    expect_close(output.features, features, 1e-13, "features");
    expect_close(output.score, expected, 1e-13, "score");
  }
}

TEST(DiscriminatorCondition, APenaltyThroughProjectionIsExact) {
  DiscriminatorConfig config = small_config();
  config.condition = ConditionPath::projection;
  const auto d = make_discriminator(config, schema_with_static(3));
  const Tensor input = numbers({3, 2, 4}, 0.4).requires_grad_();
  const auto penalty = [&] {
    const Tensor score = d->score(input, labelled_condition(), full(3, 2)).score;
    return testing::gradient_penalty(score, input);
  };
  testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
  EXPECT_GT(torch::autograd::grad({penalty()}, {parameter(*d, "projection.weight")})[0]
                .abs()
                .max()
                .item<double>(),
            1e-6);
}

TEST(DiscriminatorCondition, OutputsCountTheLabelsOwnScore) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor input = numbers({3, 4, 4}, 0.4), condition = labelled_condition();
  for (const ScorePolicy policy : kPolicies) {
    DiscriminatorConfig config = small_config(policy);
    config.condition = ConditionPath::outputs;
    const auto d = make_discriminator(config, schema_with_static(3));
    // The static column enters every step; the label does not.
    const Tensor y = states(*d, beside(input, condition.narrow(1, 3, 1)), steps);
    const Tensor of_classes = numbers_of_policy(*d, y, steps);
    ASSERT_EQ(of_classes.size(-1), 3);
    std::vector<Tensor> expected;
    const int64_t labels[] = {2, 0, 1};
    for (int64_t b = 0; b < 3; ++b) {
      const Tensor own = of_classes[b].select(-1, labels[b]);
      expected.push_back(policy == ScorePolicy::step ? own * steps.mask[b] : own);
    }
    const Tensor score = d->score(input, condition, steps).score;
    expect_close(score, torch::stack(expected), 1e-13, "score");
  }
}

TEST(DiscriminatorCondition, OutputsWorkWithLabelsAlone) {
  DiscriminatorConfig config = small_config();
  config.condition = ConditionPath::outputs;
  const auto d = make_discriminator(config, small_schema(3));
  EXPECT_EQ(parameter(*d, "lstm.weight_ih_l0").size(1), 4);
  const Tensor score =
      d->score(numbers({3, 2, 4}, 0.4), labelled_condition().narrow(1, 0, 3), full(3, 2)).score;
  EXPECT_EQ(score.sizes(), torch::IntArrayRef({3}));
}

TEST(DiscriminatorCondition, PaddingChangesNothing) {
  const Tensor input = numbers({3, 3, 4}, 0.4), condition = labelled_condition();
  const Tensor longer =
      torch::cat({input, torch::full({3, 2, 4}, std::nan(""), testing::float64())}, 1)
          .requires_grad_();
  for (const auto path : {ConditionPath::projection, ConditionPath::outputs}) {
    for (const ScorePolicy policy : kPolicies) {
      DiscriminatorConfig config = small_config(policy);
      config.condition = path;
      const auto d = make_discriminator(config, schema_with_static(3));
      const Tensor plain = d->score(input, condition, full(3, 3)).score;
      const Tensor padded = d->score(longer, condition, ragged({3, 3, 3}, 5)).score;
      expect_close(policy == ScorePolicy::step ? padded.narrow(1, 0, 3) : padded, plain, 1e-13,
                   "score");
      const Tensor gradient = torch::autograd::grad({padded.sum()}, {longer})[0];
      EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
    }
  }
}

}  // namespace discriminator_condition_test
}  // namespace rnngan
