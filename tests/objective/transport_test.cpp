// Transport costs and the terms made of them.
#include "objective/transport.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/differences.h"
#include "objective/sequence_pairs.h"
#include "objective/term_support.h"

namespace rnngan {
namespace transport_test {

using at::Tensor;
using nlohmann::json;

Critic no_critic() {
  return
      [](const Tensor& input, const StepMask&) { return at::zeros({input.size(0)}, at::kDouble); };
}

/// Five points with the counts of a distribution, as sequences of one step and one column.
Tensor table_of(const std::vector<int64_t>& counts) {
  return at::arange(5, at::kDouble)
      .repeat_interleave(torch::tensor(counts, at::kLong))
      .view({-1, 1, 1});
}
Tensor real_table() {
  return table_of({1, 3, 8, 6, 2});
}
Tensor fake_table() {
  return table_of({6, 5, 4, 3, 2});
}

Tensor one_step(const std::vector<double>& values) {
  return doubles(values).view({-1, 1, 1});
}

Tensor value_of(const std::string& type, const Tensor& real, const Tensor& fake,
                const json& options = json::object()) {
  FakeContext context(kG, no_critic(), real, fake);
  return make(type, options)->value(context);
}

double cost_of(const Tensor& a, const Tensor& b, double epsilon, int64_t iterations) {
  const Tensor costs = squared_distances(a.flatten(1), b.flatten(1));
  return transport_cost(costs, doubles({epsilon})[0], iterations).item<double>();
}

TEST(TransportCost, HasTheValuesOfTwoDistributions) {
  EXPECT_NEAR(cost_of(real_table(), fake_table(), 1, 100), 1.740646, 1e-6);
  EXPECT_NEAR(cost_of(real_table(), fake_table(), 0.1, 4000), 1.047641, 2e-6);
}

TEST(TransportCost, HasTheValuesOfALawWithItself) {
  const auto cost = [](const Tensor& a, double epsilon) {
    const Tensor costs = squared_distances(a.flatten(1), a.flatten(1));
    return self_transport_cost(costs, doubles({epsilon})[0], 100).item<double>();
  };
  EXPECT_NEAR(cost(real_table(), 1), 0.895896, 1e-6);
  EXPECT_NEAR(cost(fake_table(), 1), 1.080178, 1e-6);
  EXPECT_NEAR(cost(real_table(), 0.1), 0.139224, 1e-6);
  EXPECT_NEAR(cost(fake_table(), 0.1), 0.154441, 1e-6);
  EXPECT_NEAR(cost(real_table(), 1), cost_of(real_table(), real_table(), 1, 200), 1e-12);
}

TEST(TransportCost, IsABoundFromBelowBeforeItHasConverged) {
  const double best = cost_of(real_table(), fake_table(), 0.5, 1000);
  double last = -1e9;
  for (const int64_t iterations : {1, 3, 10, 30}) {
    const double now = cost_of(real_table(), fake_table(), 0.5, iterations);
    EXPECT_GT(now, last);
    EXPECT_LT(now, best + 1e-12);
    last = now;
  }
}

TEST(TransportCost, TakesUnequalNumbersAndManyProblemsAtOnce) {
  // All of the mass of three points goes to one.
  const Tensor costs = doubles({1, 2, 6}).view({1, 3, 1});
  const Tensor both = at::cat({costs, 2 * costs});
  const Tensor value = transport_cost(both, doubles({0.3})[0], 3);
  EXPECT_TRUE(at::allclose(value, doubles({3, 6}), 0, 1e-12));
}

TEST(TransportCost, ItsGradientIsThePlan) {
  Tensor costs = squared_distances(doubles({0, 1, 3}).view({3, 1}), doubles({1, 2, 5}).view({3, 1}))
                     .requires_grad_();
  transport_cost(costs, doubles({2.0})[0], 2000).backward();
  const Tensor plan = costs.grad();
  EXPECT_TRUE(at::allclose(plan.sum(0), at::full({3}, 1 / 3.0, at::kDouble), 0, 1e-12));
  EXPECT_TRUE(at::allclose(plan.sum(1), at::full({3}, 1 / 3.0, at::kDouble), 0, 1e-12));
  EXPECT_GT(plan.min().item<double>(), 0);
}

// Takes the bias out.
TEST(Golden, sinkhorn) {
  const auto value = [](double epsilon, int64_t iterations) {
    const json options = {{"absolute_epsilon", epsilon}, {"iterations", iterations}};
    return value_of("sinkhorn", real_table(), fake_table(), options).item<double>();
  };
  EXPECT_NEAR(value(1, 100), 0.752609, 1e-6);
  EXPECT_NEAR(value(0.1, 4000), 0.900809, 2e-6);
}

TEST(Sinkhorn, IsZeroWithoutSlopeBetweenEqualBatches) {
  const Tensor real = wavy(6, 3, 0), fake = real.flip(0).requires_grad_();
  const Tensor value = value_of("sinkhorn", real, fake, {{"epsilon", 0.5}});
  value.backward();
  EXPECT_NEAR(value.item<double>(), 0, 1e-12);
  EXPECT_LT(fake.grad().abs().max().item<double>(), 1e-9);
}

TEST(Sinkhorn, HasTheGradientOfItsConvergedValue) {
  const Tensor real = wavy(5, 3, 0);
  const auto f = [&](const Tensor& fake) {
    return value_of("sinkhorn", real, fake, {{"iterations", 300}});
  };
  EXPECT_LT(gradient_error(f, wavy(5, 3, 1)), 1e-9);
}

TEST(Sinkhorn, EpsilonIsInUnitsOfTheMedianCostOfRealSequences) {
  const Tensor real = one_step({0, 2, 6}), fake = one_step({1, 5, 9});  // costs 4, 16, 36
  const double relative = value_of("sinkhorn", real, fake, {{"epsilon", 0.25}}).item<double>();
  const double absolute =
      value_of("sinkhorn", real, fake, {{"absolute_epsilon", 4.0}}).item<double>();
  EXPECT_NEAR(relative, absolute, 1e-12);
  const Tensor scaled = value_of("sinkhorn", 10 * real, 10 * fake, {{"epsilon", 0.25}});
  EXPECT_NEAR(scaled.item<double>(), 100 * relative, 1e-9);
}

// Draws the nearest fake of each real sequence.
TEST(Golden, imle) {
  const Tensor real = one_step({0, 10, 1}), fake = one_step({1, 2, 50}).requires_grad_();
  const Tensor value = value_of("imle", real, fake);
  EXPECT_DOUBLE_EQ(value.item<double>(), (1 + 64 + 0) / 3.0);
  value.backward();
  EXPECT_TRUE(at::allclose(fake.grad().flatten(), doubles({2 / 3.0, -16 / 3.0, 0})));
}

TEST(Imle, EveryRealSequenceCountsAndNotEveryFake) {
  const Tensor real = one_step({-1, 1, -1, 1});
  EXPECT_EQ(value_of("imle", real, one_step({-1, 1, 7, 7})).item<double>(), 0);
  EXPECT_EQ(value_of("imle", real, one_step({-1, -1, -1, -1})).item<double>(), 2);
}

}  // namespace transport_test
}  // namespace rnngan
