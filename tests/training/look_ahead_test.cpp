#include "training/look_ahead.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace rnngan {
namespace look_ahead_test {

Schema one_column() {
  Schema schema;
  schema.columns.emplace_back();
  schema.columns[0].name = "x";
  schema.columns[0].sd = 1;
  schema.columns[0].difference_sd = 1;
  schema.columns[0].codec.channel_step_sd = 1;
  return schema;
}

class LookAheadTest : public ::testing::Test {
 protected:
  LookAheadTest() {
    config_.hidden = 3;
    config_.head = 4;
    torch::manual_seed(3);
    now_ = make();
  }

  std::shared_ptr<Discriminator> make() const {
    auto made = std::make_shared<Discriminator>(config_, one_column());
    made->to(torch::kFloat64);
    return made;
  }

  torch::Tensor score(Discriminator& critic, const torch::Tensor& x) const {
    return critic.score(critic.embed(x, steps_), {}, steps_).score;
  }

  LookAhead::Loss loss_on(const torch::Tensor& fake) const {
    return [this, fake](Discriminator& critic) {
      return torch::softplus(-score(critic, real_)).mean() +
             torch::softplus(score(critic, fake)).mean();
    };
  }

  /// What the generator minimises: it sees the discriminator after two steps.
  torch::Tensor ahead(const torch::Tensor& fake) {
    LookAhead look(2, 0.3, [this] { return make(); });
    return torch::softplus(-score(look.from(*now_, loss_on(fake)), fake)).mean();
  }

  DiscriminatorConfig config_;
  StepMask steps_ = full_step_mask(2, 3, torch::kCPU);
  torch::Tensor real_ =
      torch::tensor({0.3, -0.2, 0.9, 1.1, 0.4, -0.7}, torch::kFloat64).view({2, 3, 1});
  torch::Tensor fake_ =
      torch::tensor({-0.4, 0.8, 0.1, 0.6, -1.0, 0.5}, torch::kFloat64).view({2, 3, 1});
  std::shared_ptr<Discriminator> now_;
};

// Two steps by hand: set the parameters, take the gradient, subtract.
TEST_F(LookAheadTest, TakesStepsOfGradientDescent) {
  auto expected = make();
  {
    const torch::NoGradGuard no_grad;
    const auto from = now_->parameters(), to = expected->parameters();
    for (size_t i = 0; i < from.size(); ++i) torch::Tensor(to[i]).copy_(from[i]);
  }
  for (int step = 0; step < 2; ++step) {
    const auto parameters = expected->parameters();
    const auto gradients = torch::autograd::grad({loss_on(fake_)(*expected)}, parameters);
    const torch::NoGradGuard no_grad;
    for (size_t i = 0; i < parameters.size(); ++i) {
      torch::Tensor(parameters[i]).sub_(0.3 * gradients[i]);
    }
  }
  LookAhead look(2, 0.3, [this] { return make(); });
  Discriminator& ahead = look.from(*now_, loss_on(fake_));
  const auto got = ahead.parameters(), want = expected->parameters();
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_TRUE(torch::allclose(got[i], want[i], 1e-10, 1e-12)) << i;
  }
}

// The fakes also count through the steps that they cause.
TEST_F(LookAheadTest, TheGradientGoesThroughTheSteps) {
  const torch::Tensor x = fake_.clone().requires_grad_();
  const torch::Tensor gradient = torch::autograd::grad({ahead(x)}, {x})[0];
  constexpr double kStep = 1e-5;
  for (int64_t i = 0; i < x.numel(); ++i) {
    const auto moved = [&](double by) {
      torch::Tensor at = fake_.clone();
      at.view({-1})[i] += by;
      return ahead(at).item<double>();
    };
    EXPECT_NEAR(gradient.view({-1})[i].item<double>(), (moved(kStep) - moved(-kStep)) / (2 * kStep),
                1e-8);
  }
}

TEST_F(LookAheadTest, LeavesTheDiscriminatorAsItIs) {
  std::vector<torch::Tensor> before;
  for (const auto& parameter : now_->parameters()) before.push_back(parameter.detach().clone());
  const torch::Tensor x = fake_.clone().requires_grad_();
  ahead(x).backward();
  const auto after = now_->parameters();
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(torch::equal(after[i], before[i]));
    EXPECT_FALSE(after[i].grad().defined());
  }
}

}  // namespace look_ahead_test
}  // namespace rnngan
