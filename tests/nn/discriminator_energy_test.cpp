// The discriminator as an autoencoder.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/discriminator_support.h"

namespace rnngan {
namespace discriminator_energy_test {

using testing::beside;
using testing::expect_close;
using testing::features_of;
using testing::full;
using testing::labelled_condition;
using testing::linear;
using testing::make_discriminator;
using testing::numbers;
using testing::ragged;
using testing::schema_with_static;
using testing::small_config;
using testing::small_schema;
using testing::states;
using torch::Tensor;

TEST(DiscriminatorEnergy, IsTheErrorOfTheReconstruction) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor input = zero_padding(numbers({3, 4, 4}, 0.4), steps);
  const Tensor condition = labelled_condition();
  const auto d = make_discriminator(small_config(ScorePolicy::energy), schema_with_static(3));
  const Tensor code =
      linear(*d, "code", features_of(states(*d, beside(input, condition), steps), steps));
  const Tensor given = torch::cat({torch::leaky_relu(code, 0.2), condition}, 1);
  const Tensor decoded = states(*d, given.unsqueeze(1).repeat({1, 4, 1}), full(3, 4), "decoder");
  const Tensor error = (input - linear(*d, "reconstruction", decoded)).abs();
  std::vector<Tensor> expected;
  for (int64_t b = 0; b < 3; ++b) {
    expected.push_back(error[b].narrow(0, 0, steps.lengths[b].item<int64_t>()).mean());
  }
  const DiscriminatorOutput output = d->score(input, condition, steps);
  expect_close(output.features, code, 1e-13, "code");
  expect_close(output.score, torch::stack(expected), 1e-13, "energy");
  EXPECT_FALSE(d->named_parameters().contains("score.weight"));
}

TEST(DiscriminatorEnergy, PaddingReachesNeitherEnergyNorGradient) {
  const auto d = make_discriminator(small_config(ScorePolicy::energy), small_schema());
  const Tensor input = numbers({2, 3, 4}, 0.4);
  const Tensor longer =
      torch::cat({input, torch::full({2, 2, 4}, std::nan(""), testing::float64())}, 1)
          .requires_grad_();
  const Tensor plain = d->score(input, {}, full(2, 3)).score;
  const Tensor padded = d->score(longer, {}, ragged({3, 3}, 5)).score;
  expect_close(padded, plain, 1e-13, "energy");
  std::vector<Tensor> inputs = d->parameters();
  inputs.push_back(longer);
  for (const Tensor& gradient : torch::autograd::grad({padded.sum()}, inputs)) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
  const Tensor gradient =
      torch::autograd::grad({d->score(longer, {}, ragged({3, 3}, 5)).score.sum()}, {longer})[0];
  EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
}

TEST(DiscriminatorEnergy, APenaltyReachesTheWeightsExactly) {
  const auto d = make_discriminator(small_config(ScorePolicy::energy), small_schema());
  const StepMask steps = ragged({3, 2}, 3);
  const Tensor input = numbers({2, 3, 4}, 0.4).requires_grad_();
  testing::expect_finite_differences([&] { return d->score(input, {}, steps).score.sum(); },
                                     d->parameters(), 1e-7);
  const auto penalty = [&] {
    return testing::gradient_penalty(d->score(input, {}, steps).score, input);
  };
  testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
}

}  // namespace discriminator_energy_test
}  // namespace rnngan
