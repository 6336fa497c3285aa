// Unitary developments of paths, and the distance of their means.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/development.h"
#include "objective/differences.h"
#include "objective/row_findings.h"
#include "objective/term_support.h"

namespace rnngan {
namespace pcf_test {

using at::Tensor;
using nlohmann::json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Tensor numbers(at::IntArrayRef sizes, double pace, double phase) {
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  return (at::arange(count, at::kDouble) * pace + phase).sin().view(sizes);
}

Tensor unit(int64_t n) {
  return at::eye(n, at::TensorOptions().dtype(at::kComplexDouble));
}

Tensor conjugated(const Tensor& a) {
  return a.conj().transpose(1, 2);
}

TEST(Development, CoordinatesGiveSkewHermitianMatricesOfTheirNorm) {
  const Tensor c = numbers({3, 4, 4}, 1.3, 0.4);
  const Tensor a = skew_hermitian(c);
  EXPECT_LT((a + conjugated(a)).abs().max().item<double>(), 1e-15);
  EXPECT_TRUE(at::allclose(a.abs().square().sum({1, 2}), c.square().sum({1, 2}), 0, 1e-12));
}

TEST(Development, ExponentialIsThatOfTheMatrix) {
  for (const double norm : {0.0, 1e-3, 1.0, 8.0, 30.0}) {
    Tensor c = numbers({5, 3, 3}, 2.1, 0.2);
    c = norm * c / c.square().sum({1, 2}, true).sqrt();
    const Tensor ours = unitary_exponential(c) + unit(3);
    const Tensor exact = at::linalg_matrix_exp(skew_hermitian(c));
    EXPECT_LT((ours - exact).abs().max().item<double>(), norm > 16 ? 1e-5 : 1e-8) << norm;
  }
}

// Near 1 the difference from it keeps all digits.
TEST(Development, SmallTurnsLoseNoDigitsInSinglePrecision) {
  const Tensor c = 1e-6 * numbers({5, 3, 3}, 2.1, 0.2);
  const Tensor single = unitary_exponential(c.to(at::kFloat)).to(at::kComplexDouble);
  EXPECT_LT((single - unitary_exponential(c)).abs().max().item<double>(), 1e-12);
}

TEST(Development, LongTurnsAreShortenedAndStayUnitary) {
  const Tensor c = numbers({5, 3, 3}, 2.1, 0.2);
  const Tensor norm = c.square().sum({1, 2}, true).sqrt();
  const Tensor far = unitary_exponential(1e6 * c / norm);
  EXPECT_TRUE(at::allclose(far, unitary_exponential(32 * c / norm), 0, 1e-9));
  const Tensor u = far + unit(3);
  EXPECT_LT((u.bmm(conjugated(u)) - unit(3)).abs().max().item<double>(), 1e-4);
}

TEST(Development, ProductsTakeTheFirstStepLeftmost) {
  for (const int64_t steps : {1, 2, 3, 5, 8}) {
    const Tensor each =
        unitary_exponential(numbers({2 * steps * 3, 2, 2}, 1.9, 0.7)).view({2, steps, 3, 2, 2});
    Tensor expected = unit(2).expand({6, 2, 2});
    for (int64_t t = 0; t < steps; ++t) {
      expected = expected.bmm(each.select(1, t).flatten(0, 1) + unit(2));
    }
    const Tensor ours = product_over_steps(each).flatten(0, 1) + unit(2);
    EXPECT_LT((ours - expected).abs().max().item<double>(), 1e-12) << steps;
  }
}

TEST(Development, HasBothDerivatives) {
  const auto f = [](const Tensor& c) {
    return (at::view_as_real(unitary_exponential(c)) * numbers({2, 3, 3, 2}, 0.8, 1)).sum().sin();
  };
  const auto along = [&](const Tensor& c) {
    const Tensor leaf = c.requires_grad() ? c : c.detach().clone().requires_grad_();
    const Tensor slope = torch::autograd::grad({f(leaf)}, {leaf}, {}, true, true)[0];
    return (slope * numbers({2, 3, 3}, 2.3, 0.4)).sum();
  };
  for (const double size : {0.0, 1.5}) {
    EXPECT_LT(gradient_error(f, size * numbers({2, 3, 3}, 1.1, 0.3)), 1e-8) << size;
    EXPECT_LT(gradient_error(along, size * numbers({2, 3, 3}, 1.1, 0.3)), 1e-7) << size;
  }
}

/// Maps of any number of columns into `outputs` coordinates. Of a plain wave, products would be the
/// same from either end.
Tensor map_of(int64_t columns, int64_t outputs) {
  const Tensor i = at::arange(columns * outputs, at::kDouble);
  return (0.37 * i.square() + 1.3 * i + 0.4).sin().view({columns, outputs});
}

Critic maps(const Tensor& weights) {
  return [weights](const Tensor& rise, const StepMask&) { return rise.matmul(weights); };
}

json options(double first_step = 0.1, double scale = 3.5) {
  return {{"count", 2}, {"size", 3}, {"first_step", first_step}, {"scale", scale}};
}

FakeContext step_of(Side side, const Tensor& real, const Tensor& fake, const StepMask& steps) {
  FakeContext context(side, {}, real, fake, steps);
  context.set_network("pcf_maps", maps(map_of(1 + real.size(2), 2 * 9)));
  context.set_normal(
      [](const std::string&, at::IntArrayRef sizes) { return map_of(sizes[0], sizes[1]); });
  return context;
}

FakeContext step_of(Side side, const Tensor& real, const Tensor& fake) {
  return step_of(side, real, fake, full_step_mask(real.size(0), real.size(1), at::kCPU));
}

double value_of(const Tensor& real, const Tensor& fake, const json& with = options()) {
  FakeContext context = step_of(kG, real, fake);
  return make("pcf", with)->value(context).item<double>();
}

// Computed with complex matrices and a series of 80 terms: paths of 3 and 2 steps.
TEST(Golden, pcf) {
  const Tensor real =
      doubles({0.5, 1, 1.5, -0.5, 1, 0.25, -1, 0.5, 0.25, 0.75, kNan, kNan}).view({2, 3, 2});
  const Tensor fake =
      doubles({1, -1, 0.5, 0.5, -0.5, 1.5, 0.75, 0.25, 2, -1, kNan, kNan}).view({2, 3, 2});
  const auto value = [&](const json& with) {
    FakeContext context = step_of(kG, real, fake, lengths({3, 2}, 3));
    return make("pcf", with)->value(context).item<double>();
  };
  EXPECT_NEAR(value(options()), 3.389800738029, 1e-8);
  EXPECT_NEAR(value(options(0)), 3.153560534082, 1e-8);
  EXPECT_NEAR(value(options(0, 1.2)), 0.472096494996, 1e-8);
  EXPECT_NEAR(value(options(1, 1.2)), 1.530627495941, 1e-8);
}

TEST(Pcf, EqualBatchesAreAtZero) {
  const Tensor real = wavy(5, 4, 0);
  EXPECT_LT(value_of(real, real.flip(0)), 1e-24);
  EXPECT_GT(value_of(real, wavy(5, 4, 1)), 0.01);
}

TEST(Pcf, IsSymmetric) {
  const Tensor a = wavy(5, 4, 0), b = 1.3 * wavy(5, 4, 1);
  EXPECT_NEAR(value_of(a, b), value_of(b, a), 1e-12);
}

// 4 m (1 + first_step) at most, which turns of single sequences in opposite directions nearly
// reach.
TEST(Pcf, IsBoundedHoweverFarTheFakesAre) {
  for (const double size : {1.0, 1e3, 1e9}) {
    const double value = value_of(wavy(1, 4, 0), size * wavy(1, 4, 1));
    EXPECT_GT(value, 0.1) << size;
    EXPECT_LT(value, 4 * 3 * 1.1 + 1e-3) << size;
  }
}

// The values of the steps are the same, and so are the ends.
TEST(Pcf, KnowsTheOrderOfEvents) {
  const Tensor up_first = doubles({0, 0, 1, 0, 1, 1}).view({1, 3, 2}),
               right_first = doubles({0, 0, 0, 1, 1, 1}).view({1, 3, 2});
  EXPECT_GT(value_of(up_first, right_first, options(0)), 0.05);
  const Tensor early = doubles({0, 1, 1}).view({1, 3, 1}),
               late = doubles({0, 0, 1}).view({1, 3, 1});
  EXPECT_GT(value_of(early, late, options(0)), 0.05);
}

TEST(Pcf, KnowsTheLevel) {
  const Tensor x = wavy(4, 3, 0);
  EXPECT_GT(value_of(x, x + 0.5, options(0)), 0.05);
}

TEST(Pcf, LearntMapsRaiseWhatTheGeneratorLowers) {
  const auto term = make("pcf", options());
  EXPECT_TRUE(term->acts_on(kD) && term->acts_on(kG));
  FakeContext d = step_of(kD, wavy(6, 4, 0), wavy(6, 4, 1));
  FakeContext g = step_of(kG, wavy(6, 4, 0), wavy(6, 4, 1));
  EXPECT_NEAR(term->value(d).item<double>(), -term->value(g).item<double>(), 1e-12);
}

TEST(Pcf, AsksForALinearMapOfItsPaths) {
  Schema schema;
  schema.columns.resize(3);
  ModelConfig model;
  const auto asked = [&](json with) {
    with["count"] = 5;
    with["size"] = 4;
    return make("pcf", with)->networks({schema, model});
  };
  ASSERT_EQ(asked({}).size(), 1U);
  EXPECT_EQ(asked({})[0].outputs, 5 * 16);
  EXPECT_EQ(asked({})[0].step_inputs, 1 + 3);
  EXPECT_EQ(asked({})[0].trained_with, TrainedWith::discriminator);
  EXPECT_EQ(asked({{"space", "point"}})[0].step_inputs, 1 + 6);
  model.discriminator.pac = 2;
  EXPECT_EQ(asked({{"space", "point"}})[0].step_inputs, 1 + 12);
  model.discriminator.differences = false;
  EXPECT_EQ(asked({{"space", "point"}})[0].step_inputs, 1 + 6);
  EXPECT_TRUE(asked({{"maps", "random"}}).empty());
}

TEST(Pcf, RandomMapsAreDrawnAnewForEachStepAndLeaveTheCriticAlone) {
  json with = options();
  with["maps"] = "random";
  const auto term = make("pcf", with);
  EXPECT_FALSE(term->acts_on(kD));
  const Tensor real = wavy(6, 4, 0), fake = wavy(6, 4, 1);
  FakeContext given = step_of(kG, real, fake);
  EXPECT_NEAR(term->value(given).item<double>(), value_of(real, fake), 1e-12);
  const auto at_step = [&](int64_t step) {
    FakeContext context(kG, {}, real, fake);
    context.set_step(step);
    return term->value(context).item<double>();
  };
  EXPECT_EQ(at_step(3), at_step(3));
  EXPECT_GT(std::abs(at_step(3) - at_step(4)), 1e-3);
  FakeContext equal(kG, {}, real, real.clone());
  EXPECT_LT(term->value(equal).item<double>(), 1e-24) << "real and fake under the same maps";
}

TEST(Pcf, PaddingChangesNothing) {
  const Tensor x = wavy(3, 4, 1), real = wavy(3, 4, 0);
  const Tensor hole = at::full({3, 3, 2}, kNan, at::kDouble);
  const Tensor fake = x.clone().requires_grad_(), padded = at::cat({x, hole}, 1).requires_grad_();
  FakeContext a = step_of(kG, real, fake, lengths({4, 2, 3}, 4));
  FakeContext b = step_of(kG, at::cat({real, hole}, 1), padded, lengths({4, 2, 3}, 7));
  const auto term = make("pcf", options());
  const Tensor va = term->value(a), vb = term->value(b);
  EXPECT_GT(va.item<double>(), 0.1);
  EXPECT_NEAR(va.item<double>(), vb.item<double>(), 1e-12);
  va.backward();
  vb.backward();
  EXPECT_TRUE(at::allclose(fake.grad(), padded.grad().slice(1, 0, 4), 0, 1e-12));
  EXPECT_TRUE(padded.grad().slice(1, 4).eq(0).all().item<bool>());
  EXPECT_TRUE(padded.grad()[1].slice(0, 2).eq(0).all().item<bool>());
}

TEST(Pcf, HasTheGradientOfItsValue) {
  const Tensor real = wavy(3, 4, 0), fake = wavy(3, 4, 1);
  const StepMask steps = lengths({4, 2, 3}, 4);
  const auto on_fakes = [&](const Tensor& x) {
    FakeContext context = step_of(kG, real, x, steps);
    return make("pcf", options())->value(context);
  };
  EXPECT_LT(gradient_error(on_fakes, fake), 1e-8);
  const auto on_maps = [&](const Tensor& weights) {
    FakeContext context = step_of(kD, real, fake, steps);
    context.set_network("pcf_maps", maps(weights));
    return make("pcf", options())->value(context);
  };
  EXPECT_LT(gradient_error(on_maps, map_of(3, 2 * 9)), 1e-8);
}

TEST(Pcf, RefusesWhatMakesNoDistance) {
  const LossDescription& row = row_named(term_catalog(), "pcf").description;
  const auto refused = [&](const std::string& key, const json& value) {
    for (const Field& field : row.options.fields) {
      if (field.path == key) return check_value(field, value).has_value();
    }
    return false;
  };
  EXPECT_TRUE(refused("size", 1)) << "numbers commute: a path would be its end";
  EXPECT_FALSE(refused("size", 2));
  EXPECT_TRUE(refused("count", 0));
  EXPECT_TRUE(refused("scale", 0));
  EXPECT_TRUE(refused("first_step", -1));
  EXPECT_TRUE(refused("maps", "learned"));
  EXPECT_TRUE(refused("space", "features"));
}

}  // namespace pcf_test
}  // namespace rnngan
