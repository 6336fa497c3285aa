// Distances of a head's vectors that the discriminator raises: cramer_gan, mmd_gan and ot_gan.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/differences.h"
#include "objective/term_support.h"
#include "objective/transport.h"

namespace rnngan {
namespace vector_distance_test {

using at::Tensor;
using nlohmann::json;

const std::map<std::string, std::string> kHeads = {
    {"cramer_gan", "cramer"}, {"mmd_gan", "mmd"}, {"ot_gan", "transport"}};

/// The values themselves, of sequences of one step.
Critic as_they_are() {
  return [](const Tensor& input, const StepMask&) { return input.select(1, 0); };
}
/// tanh of the mean over valid steps, times w [2,n].
Critic bent(const Tensor& w) {
  return [w](const Tensor& input, const StepMask& steps) {
    return masked_mean(zero_padding(input, steps).matmul(w).tanh(), steps);
  };
}
Tensor head_weights() {
  return doubles({0.9, -0.4, 0.5, 0.3, 1.1, -0.8}).view({2, 3});
}

Critic no_score() {
  return
      [](const Tensor& input, const StepMask&) { return at::zeros({input.size(0)}, at::kDouble); };
}

FakeContext step_of(Side side, const std::string& type, const Tensor& real, const Tensor& fake,
                    const Critic& head) {
  FakeContext context(side, no_score(), real, fake);
  context.set_head(kHeads.at(type), head);
  return context;
}

Tensor value_of(Side side, const std::string& type, const Tensor& real, const Tensor& fake,
                const Critic& head, const json& options = json::object()) {
  FakeContext context = step_of(side, type, real, fake, head);
  return make(type, options)->value(context);
}

double statistic_of(const Term& term, Side side, const std::string& name) {
  for (const Statistic& s : term.statistics(side)) {
    if (s.name == name) return s.value.item<double>();
  }
  return std::nan("");
}

double penalty_of(const std::string& type, const Tensor& real, const Tensor& fake,
                  const Critic& head) {
  FakeContext context = step_of(kD, type, real, fake, head);
  const auto term = make(type);
  term->value(context);
  return statistic_of(*term, kD, "penalty");
}

Tensor one_step(const std::vector<double>& values, int64_t columns = 1) {
  return doubles(values).view({-1, 1, columns});
}

/// Five points with the counts of a distribution.
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

TEST(VectorDistance, AskForAHeadOfTheirOwn) {
  const Schema schema;
  const ModelConfig model;
  for (const auto& [type, head] : kHeads) {
    const auto asked = make(type, {{"dimensions", 5}})->heads({schema, model});
    EXPECT_THAT(asked, testing::ElementsAre(HeadRequest{head, 5})) << type;
  }
}

TEST(VectorDistance, TheSidesAreOppositeButForThePenalty) {
  const Tensor real = wavy(6, 4, 0), fake = wavy(6, 4, 1);
  for (const auto& [type, head] : kHeads) {
    const json options = type == "ot_gan" ? json::object() : json{{"penalty", 3.0}};
    const auto term = make(type, options);
    FakeContext d = step_of(kD, type, real, fake, bent(head_weights()));
    FakeContext g = step_of(kG, type, real, fake, bent(head_weights()));
    const double on_d = term->value(d).item<double>(), on_g = term->value(g).item<double>();
    EXPECT_GT(std::abs(on_g), 0.01) << type;
    double penalty = 0;
    if (type != "ot_gan") penalty = statistic_of(*term, kD, "penalty");
    EXPECT_NEAR(on_d, 3 * penalty - on_g, 1e-12) << type;
    EXPECT_NEAR(statistic_of(*term, kD, "distance"), on_g, 1e-12) << type;
    EXPECT_NEAR(statistic_of(*term, kG, "distance"), on_g, 1e-12) << type;
    EXPECT_EQ(term->statistics(kG).size(), 1U) << type;
  }
}

TEST(VectorDistance, WithoutAPenaltyThereIsNoFurtherPass) {
  for (const char* type : {"cramer_gan", "mmd_gan"}) {
    for (const double penalty : {0.0, 1.0}) {
      FakeContext d = step_of(kD, type, wavy(4, 3, 0), wavy(4, 3, 1), bent(head_weights()));
      make(type, {{"penalty", penalty}})->value(d);
      EXPECT_EQ(d.passes(), penalty == 0 ? 2 : 3) << type;
    }
    FakeContext g = step_of(kG, type, wavy(4, 3, 0), wavy(4, 3, 1), bent(head_weights()));
    make(type)->value(g);
    EXPECT_EQ(g.passes(), 2) << type;
  }
}

// Four different vectors, dealt out to two real and two fake sequences in every way there is.
TEST(VectorDistance, EqualDistributionsAreAtZeroOnAverage) {
  const Tensor pool = doubles({0.3, -1, 2, 0.4, -0.7, -0.2, 0.9, 1.3}).view({4, 1, 2});
  for (const auto& [type, head] : kHeads) {
    std::vector<int64_t> order = {0, 1, 2, 3};
    double sum = 0, largest = 0;
    int count = 0;
    do {
      const Tensor dealt = pool.index_select(0, torch::tensor(order, at::kLong));
      const double value =
          value_of(kG, type, dealt.narrow(0, 0, 2), dealt.narrow(0, 2, 2), as_they_are())
              .item<double>();
      sum += value;
      largest = std::max(largest, std::abs(value));
      ++count;
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(count, 24);
    EXPECT_NEAR(sum / count, 0, 1e-12) << type;
    EXPECT_GT(largest, 0.1) << type;
  }
}

TEST(VectorDistance, HaveTheGradientOfTheirValueOnBothSides) {
  const Tensor real = wavy(6, 3, 0), fake = wavy(6, 3, 1);
  for (const auto& [type, head] : kHeads) {
    const json options =
        type == "ot_gan" ? json{{"epsilon", 0.5}, {"iterations", 500}} : json::object();
    const auto on_heads = [&](const Tensor& w) {
      return value_of(kD, type, real, fake, bent(w), options);
    };
    EXPECT_LT(gradient_error(on_heads, head_weights()), 1e-8) << type;
    const auto on_fakes = [&](const Tensor& x) {
      return value_of(kG, type, real, x, bent(head_weights()), options);
    };
    EXPECT_LT(gradient_error(on_fakes, fake), 1e-8) << type;
  }
}

TEST(VectorDistance, PaddingChangesNothing) {
  const Tensor hole = at::full({6, 2, 2}, std::nan(""), at::kDouble);
  const StepMask steps = lengths(std::vector<int64_t>(6, 3), 5);
  const Tensor real = wavy(6, 3, 0), x = wavy(6, 3, 1);
  for (const auto& [type, head] : kHeads) {
    const Tensor fake = x.clone().requires_grad_();
    const Tensor padded = at::cat({x, hole}, 1).requires_grad_();
    FakeContext a(kG, no_score(), real, fake);
    FakeContext b(kG, no_score(), at::cat({real, hole}, 1), padded, steps);
    for (FakeContext* context : {&a, &b}) context->set_head(head, bent(head_weights()));
    const Tensor va = make(type)->value(a), vb = make(type)->value(b);
    EXPECT_NEAR(va.item<double>(), vb.item<double>(), 1e-12) << type;
    va.backward();
    vb.backward();
    EXPECT_TRUE(at::allclose(fake.grad(), padded.grad().slice(1, 0, 3), 0, 1e-12)) << type;
    EXPECT_TRUE(padded.grad().slice(1, 3).eq(0).all().item<bool>()) << type;
  }
}

// Is the energy distance of vectors.
TEST(Golden, cramer_gan) {
  const double value =
      value_of(kG, "cramer_gan", real_table(), fake_table(), as_they_are()).item<double>();
  EXPECT_NEAR(value, 0.281053, 1e-6);
  // Lengths 5, 5 and 0, 0 across; 5 among real ones and 0 among fakes.
  const Tensor real = one_step({3, 4, 0, 0}, 2), fake = one_step({0, 0, 0, 0}, 2);
  EXPECT_NEAR(value_of(kG, "cramer_gan", real, fake, as_they_are()).item<double>(),
              2 * 10 / 4.0 - 5, 1e-5);
}

// Vectors 2 x, fakes 3 and -2, points between at -1/2 and 4. Other fakes -2 and 3: there f is
// |2 x + 4| - |2 x| of slope 4 and |2 x - 6| - |2 x| of slope 0.
TEST(CramerGan, HoldsTheSlopeTowardsTheOtherFakesAtOne) {
  const Critic twice = [](const Tensor& input, const StepMask&) { return 2 * input.select(1, 0); };
  const Tensor real = one_step({-11, 22}), fake = one_step({3, -2});
  EXPECT_NEAR(penalty_of("cramer_gan", real, fake, twice), ((4 - 1) * (4 - 1) + 1) / 2.0, 1e-5);
}

TEST(CramerGan, CoincidingVectorsHaveFiniteSlopes) {
  const Tensor w = at::zeros({2, 3}, at::kDouble).requires_grad_();
  value_of(kD, "cramer_gan", wavy(4, 3, 0), wavy(4, 3, 1), bent(w)).backward();
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

constexpr std::array kAlphas = {0.2, 0.5, 1.0, 2.0, 5.0};

double kernel_at(double distance) {
  double sum = 0;
  for (const double a : kAlphas) sum += std::pow(1 + distance * distance / (2 * a), -a);
  return sum;
}
double kernel_slope_at(double distance) {
  double sum = 0;
  for (const double a : kAlphas) {
    sum -= distance * std::pow(1 + distance * distance / (2 * a), -a - 1);
  }
  return sum;
}

// Is the kernel distance of vectors.
TEST(Golden, mmd_gan) {
  const double value =
      value_of(kG, "mmd_gan", real_table(), fake_table(), as_they_are()).item<double>();
  EXPECT_NEAR(value, 0.393524, 1e-6);
  const Tensor real = one_step({3, 4, 0, 0}, 2), fake = one_step({0, 0, 0, 1}, 2);
  const double across = (kernel_at(5) + kernel_at(std::sqrt(18.0)) + kernel_at(0) + kernel_at(1));
  EXPECT_NEAR(value_of(kG, "mmd_gan", real, fake, as_they_are()).item<double>(),
              kernel_at(5) + kernel_at(1) - across / 2, 1e-12);
}

// One pair at 1 and -1, the point between at -1/2: one hill of the witness on each side of it.
TEST(MmdGan, HoldsTheSlopeOfTheWitnessAtOne) {
  const double slope = -kernel_slope_at(1.5) - kernel_slope_at(0.5);
  EXPECT_NEAR(penalty_of("mmd_gan", one_step({1}), one_step({-1}), as_they_are()),
              (slope - 1) * (slope - 1), 1e-9);
}

// Cosine cost of the angles a and b, by the cheaper of two assignments.
double assigned(const std::array<double, 2>& a, const std::array<double, 2>& b) {
  const auto cost = [](double s, double t) { return 1 - std::cos(s - t); };
  return std::min(cost(a[0], b[0]) + cost(a[1], b[1]), cost(a[0], b[1]) + cost(a[1], b[0])) / 2;
}

std::array<double, 2> part(const std::vector<double>& angles, size_t first) {
  return {angles[first], angles[first + 1]};
}

/// Vectors of these angles and of lengths 1, 2, ..., since lengths are not to count.
Tensor at_angles(const std::vector<double>& angles) {
  const Tensor a = doubles(angles), length = 1 + at::arange(a.size(0), at::kDouble);
  return (at::stack({a.cos(), a.sin()}, 1) * length.unsqueeze(1)).unsqueeze(1);
}

// Is the formula of its six transports.
TEST(Golden, ot_gan) {
  const std::vector<double> x = {0.1, 1.9, 0.7, 3.5}, y = {2.4, 0.4, 4.1, 1.2};
  double expected = -2 * assigned(part(x, 0), part(x, 2)) - 2 * assigned(part(y, 0), part(y, 2));
  for (const size_t i : {0, 2}) {
    for (const size_t j : {0, 2}) expected += assigned(part(x, i), part(y, j));
  }
  // All six plans are assignments, whose entropies cancel.
  const json options = {{"epsilon", 0.01}, {"iterations", 5000}};
  const double value =
      value_of(kG, "ot_gan", at_angles(x), at_angles(y), as_they_are(), options).item<double>();
  EXPECT_NEAR(value, expected, 1e-5);
  EXPECT_GT(std::abs(expected), 0.1);
}

// Plans of a large epsilon are independent: means of all costs.
TEST(OtGan, EpsilonIsInUnitsOfTheCost) {
  const std::vector<double> x = {0.1, 1.9, 0.7, 3.5}, y = {2.4, 0.4, 4.1, 1.2};
  const auto mean_cosine = [](const std::vector<double>& a, const std::vector<double>& b,
                              size_t first_a, size_t first_b) {
    double sum = 0;
    for (const size_t i : {0, 1}) {
      for (const size_t j : {0, 1}) sum += std::cos(a[first_a + i] - b[first_b + j]);
    }
    return sum / 4;
  };
  double expected = 2 * mean_cosine(x, x, 0, 2) + 2 * mean_cosine(y, y, 0, 2);
  for (const size_t i : {0, 2}) {
    for (const size_t j : {0, 2}) expected -= mean_cosine(x, y, i, j);
  }
  const Tensor value =
      value_of(kG, "ot_gan", at_angles(x), at_angles(y), as_they_are(), {{"epsilon", 1e6}});
  EXPECT_NEAR(value.item<double>(), expected, 1e-5);
}

TEST(OtGan, LeavesOutTheLastOfAnOddBatch) {
  const Tensor real = wavy(5, 3, 0), fake = wavy(5, 3, 1);
  const auto value = [&](int64_t count) {
    return value_of(kG, "ot_gan", real.narrow(0, 0, count), fake.narrow(0, 0, count),
                    bent(head_weights()))
        .item<double>();
  };
  EXPECT_NEAR(value(5), value(4), 1e-12);
}

// The default number of iterations is enough for the default epsilon.
TEST(OtGan, HasConvergedByDefault) {
  const Tensor real = wavy(12, 3, 0), fake = wavy(12, 3, 1);
  const auto value = [&](int64_t iterations) {
    return value_of(kG, "ot_gan", real, fake, bent(head_weights()), {{"iterations", iterations}})
        .item<double>();
  };
  EXPECT_NEAR(value(100), value(2000), 1e-6);
}

}  // namespace vector_distance_test
}  // namespace rnngan
