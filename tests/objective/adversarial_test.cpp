// What holds for every adversarial loss of the catalog.
#include "objective/adversarial.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "objective/equipped.h"
#include "objective/vector_loss.h"

namespace rnngan {
namespace adversarial_test {

using at::Tensor;

TEST(Adversarial, ExtremeScoresStayFinite) {
  for (const std::string& name : losses_of_one_score()) {
    Objective objective(objective_config(name));
    for (const Side side : {kD, kG}) {
      const Tensor r = torch::tensor({1e4F, 1e4F, -1e4F, -1e4F}).requires_grad_();
      const Tensor f = torch::tensor({1e4F, -1e4F, 1e4F, -1e4F}).requires_grad_();
      const Tensor total = total_at(objective, side, r, f);
      total.backward();
      EXPECT_EQ(total.scalar_type(), at::kFloat);
      EXPECT_TRUE(std::isfinite(total.item<float>())) << name;
      EXPECT_TRUE(f.grad().isfinite().all().item<bool>()) << name;
      const bool finite = !r.grad().defined() || r.grad().isfinite().all().item<bool>();
      EXPECT_TRUE(finite) << name;
    }
  }
}

// Of fakes that D takes for fakes: some losses draw all fakes to the undecided score.
TEST(Adversarial, TheGeneratorWantsFakesToLookReal) {
  for (const std::string& name : losses_of_one_score()) {
    Objective objective = loss_alone(name);
    const double up = objective.adversarial()->high_is_real ? 1 : -1;
    const Tensor f =
        (objective.adversarial()->undecided.value_or(0) - up * doubles({0.9, 0.2, 0.4, 1.3}))
            .requires_grad_();
    const Tensor slope = gradient(total_at(objective, kG, doubles({0.3, 0.1, -0.5, 1}), f), f);
    EXPECT_TRUE((up * slope < 0).all().item<bool>()) << name;
  }
}

std::vector<std::string> losses_of_vectors() {
  std::vector<std::string> names;
  for (const AdversarialRow& row : adversarial_catalog()) {
    const auto& needs = row.description.needs;
    if (is_listed(needs, Need::several_scores)) names.push_back(row.description.name);
  }
  return names;
}

TEST(Vectors, GiveOneScorePerSequence) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = loss_alone(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor outputs = at::linspace(-2, 2, 6 * n, at::kDouble).view({6, n});
    EXPECT_EQ(objective.adversarial()->score(outputs).sizes().vec(), std::vector<int64_t>{6})
        << name;
  }
}

TEST(Vectors, ExtremeOutputsStayFinite) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = loss_alone(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor signs = at::where(at::arange(4 * n).remainder(3).eq(0), 1.0F, -1.0F).view({4, n});
    for (const double size : {1e4, 0.0}) {
      for (const Side side : {kD, kG}) {
        const Tensor r = (size * signs).to(at::kFloat).requires_grad_();
        const Tensor f = (size * signs.flip(0)).to(at::kFloat).requires_grad_();
        const Tensor sum = total(objective, side, r, f, torch::tensor({0, 1, 2, 0}, at::kLong));
        const Tensor score = objective.adversarial()->score(f);
        (sum + score.sum()).backward();
        EXPECT_EQ(sum.scalar_type(), at::kFloat) << name;
        EXPECT_TRUE(sum.isfinite().item<bool>() && score.isfinite().all().item<bool>()) << name;
        EXPECT_TRUE(f.grad().isfinite().all().item<bool>()) << name;
        EXPECT_TRUE(!r.grad().defined() || r.grad().isfinite().all().item<bool>()) << name;
      }
    }
  }
}

// Where a small step of the generator against its gradient leads.
TEST(Vectors, TheGeneratorRaisesTheScore) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = loss_alone(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor f = (at::arange(4 * n, at::kDouble) * 1.3).sin().view({4, n}).requires_grad_();
    const Tensor score = objective.adversarial()->score(f);
    // Of the class of the label only, where there are classes.
    const Tensor best = f.narrow(1, 0, std::min<int64_t>(n, 3)).argmax(1);
    const Tensor slope = gradient(total(objective, kG, {}, f, best), f);
    const Tensor along = (gradient(score.sum(), f) * slope).sum(1);
    EXPECT_TRUE((along < 0).all().item<bool>()) << name;
  }
}

}  // namespace adversarial_test
}  // namespace rnngan
