// What holds for every term of the catalog.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace terms_test {

using at::Tensor;
using testing::Not;

class EveryTerm : public testing::TestWithParam<std::string> {};

TEST_P(EveryTerm, GivesOneValuePerSequenceUnlessTheBatchIsCoupled) {
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  FakeContext context(kD, curved(w), wavy(3, 4, 0), wavy(3, 4, 1));
  equip(context, curved(w), wavy(3, 4, 1), term_alone(GetParam()));
  const Tensor value = make(GetParam())->value(context);
  const auto& needs = row_named(term_catalog(), GetParam()).description.needs;
  EXPECT_EQ(value.sizes().vec(), is_listed(needs, Need::batch_coupled) ? std::vector<int64_t>{}
                                                                       : std::vector<int64_t>{3});
}

TEST_P(EveryTerm, DoesNotDependOnTheBatchSize) {
  const Objective objective = term_alone(GetParam());
  const bool embeds = !objective.heads(test_shape()).empty();
  // Embeddings are compared for pairs of different sequences, of which copies make others.
  if (embeds && objective.needs(Need::batch_coupled)) return;
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const Tensor real = wavy(3, 4, 0), fake = wavy(3, 4, 1);
  FakeContext once(kD, curved(w), real, fake);
  FakeContext often(kD, curved(w), real.repeat({5, 1, 1}), fake.repeat({5, 1, 1}));
  equip(once, curved(w), fake, objective);
  equip(often, curved(w), fake.repeat({5, 1, 1}), objective);
  const Tensor a = make(GetParam())->value(once);
  const Tensor b = make(GetParam())->value(often);
  EXPECT_NEAR(a.mean().item<double>(), b.mean().item<double>(), 1e-12);
  const Tensor slope_a = torch::autograd::grad({a.mean()}, {w})[0];
  const Tensor slope_b = torch::autograd::grad({b.mean()}, {w})[0];
  EXPECT_TRUE(at::allclose(slope_a, slope_b, 0, 1e-12));
}

TEST_P(EveryTerm, PaddingChangesNothing) {
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor real = wavy(2, 3, 0), fake = wavy(2, 3, 1);
  const Tensor hole = at::full({2, 2, 2}, nan, at::kDouble);
  FakeContext plain(kD, curved(w), real, fake);
  FakeContext padded(kD, curved(w), at::cat({real, hole}, 1), at::cat({fake, hole}, 1),
                     lengths({3, 3}, 5));
  const Objective objective = term_alone(GetParam());
  equip(plain, curved(w), fake, objective);
  equip(padded, curved(w), at::cat({fake, hole}, 1), objective);
  const Tensor a = make(GetParam())->value(plain);
  const Tensor b = make(GetParam())->value(padded);
  EXPECT_TRUE(at::allclose(a, b, 0, 1e-12));
  const Tensor slope = torch::autograd::grad({a.sum()}, {w})[0];
  b.sum().backward();
  EXPECT_TRUE(at::allclose(slope, w.grad(), 1e-12, 1e-12));
  for (const Which which : {Which::real, Which::fake}) {
    const Tensor& gradient = padded.critic_input(which).grad();
    if (!gradient.defined()) continue;
    EXPECT_TRUE(gradient.slice(1, 3).eq(0).all().item<bool>());
  }
}

TEST_P(EveryTerm, MovesTheCriticButNotTheGenerator) {
  const Objective objective = term_alone(GetParam());
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const Tensor source = wavy(3, 4, 1).requires_grad_();
  FakeContext context(kD, curved(w), wavy(3, 4, 0), source * 1);
  equip(context, curved(w), source * 1, objective);
  objective.terms()[0].term->value(context).sum().backward();
  EXPECT_GT(w.grad().abs().min().item<double>(), 0);
  EXPECT_FALSE(source.grad().defined());
}

std::vector<std::string> terms_on_scores() {
  std::vector<std::string> names;
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    if (!reads_batches(name) || reads_more(name)) continue;
    if (make(name)->acts_on(kD)) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryTerm, testing::ValuesIn(terms_on_scores()),
                         [](const auto& row) { return row.param; });

TEST(Terms, ActOnTheSidesThatTheirFormulasName) {
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    const std::string& formula = row.description.formula;
    const bool both = formula.starts_with("D and G");
    EXPECT_EQ(make(name)->acts_on(kD), formula.starts_with("D")) << name;
    EXPECT_EQ(make(name)->acts_on(kG), formula.starts_with("G") || both) << name;
    if (both) continue;
    Objective objective(objective_config("bce", {{"term", term_config(name, 1)}}));
    const bool generator = make(name)->acts_on(kG);
    FakeContext context(generator ? kD : kG, curved(doubles({0.6, -0.4})), wavy(3, 4, 0),
                        wavy(3, 4, 1));
    EXPECT_THAT(names_of(objective.evaluate(context)), Not(testing::Contains("term"))) << name;
  }
}

TEST(GradientOfSum, NeedsAPointThatWasRecorded) {
  const Tensor input = at::ones({1, 1, 1}, at::kDouble);
  EXPECT_THROW(gradient_of_sum(input.flatten(), input), Error);
}

TEST(GradientOfSum, KeepsTheGraphForTheLossAndForItself) {
  const Tensor input = doubles({2, 3}).requires_grad_();
  const Tensor score = input.pow(3);
  const Tensor gradient = gradient_of_sum(score, input);
  EXPECT_TRUE(at::allclose(gradient, doubles({12, 27})));
  (score.sum() + gradient.sum()).backward();
  EXPECT_TRUE(at::allclose(input.grad(), doubles({12 + 12, 27 + 18})));
}

}  // namespace terms_test
}  // namespace rnngan
