// Dirac-GAN (Mescheder et al. 2018, arXiv:1801.04406, definition 2.1): the data is a point at 0,
// the generator a point at theta, the critic psi * x. Simple enough to know where each pair of loss
// and term ends, which tests how they are wired.
#include <cmath>

#include <gtest/gtest.h>

#include "objective/fake_context.h"

namespace rnngan {
namespace dirac_test {

struct Dirac {
  std::string name;
  std::string loss;
  std::map<std::string, TermConfig> terms;
  double distance;     // of (theta, psi) from the equilibrium after `steps` steps
  double uncertainty;  // relative: half a unit of the last digit known
  int steps = 2000;
};

void PrintTo(const Dirac& row, std::ostream* out) {
  *out << row.name;
}

std::vector<Dirac> rows() {
  const auto gradient_penalty = [](double weight) {
    return std::map<std::string, TermConfig>{
        {"gradient_penalty", term_config("gradient_penalty", weight)}};
  };
  const auto r1 = [](double weight) {
    return std::map<std::string, TermConfig>{{"r1", term_config("r1", weight)}};
  };
  const auto r1_r2 = [](double weight) {
    return std::map<std::string, TermConfig>{{"r1", term_config("r1", weight)},
                                             {"r2", term_config("r2", weight)}};
  };
  return {
      {"bce", "bce", {}, 0.28, 0.02},
      {"rpgan", "rpgan", {}, 0.28, 0.02},
      {"wgan", "wgan", {}, 1.41, 0.01},
      {"hinge", "hinge", {}, 1.41, 0.01},
      {"wgan_weight_clip",
       "wgan",
       {{"weight_clip", term_config("weight_clip", 1, {{"c", 1.0}})}},
       1.00,
       0.01},
      // (2 weight, 0) is approached from above, psi > 0. It is left again once psi is small enough
      // to see that the norm is smoothed at 0, so these are measured on the way.
      {"wgan_gradient_penalty_10", "wgan", gradient_penalty(10), 19.9, 0.005},
      {"wgan_gradient_penalty_5", "wgan", gradient_penalty(5), 10.0, 0.005, 1500},
      {"wgan_gradient_penalty_2", "wgan", gradient_penalty(2), 4.0, 0.005, 600},
      {"bce_r1", "bce", r1(1), 1.7e-18, 0.05},
      {"rpgan_r1_r2_half", "rpgan", r1_r2(0.5), 1.7e-18, 0.05},
      {"rpgan_r1_r2", "rpgan", r1_r2(1), 2.1e-6, 0.05},
      {"hinge_r1", "hinge", r1(1), 9.6e-23, 0.05},
      {"wgan_r1", "wgan", r1(1), 9.6e-23, 0.05},
  };
}

double distance_after(Objective& objective, int steps) {
  constexpr double kRate = 0.05;
  at::Tensor theta = at::ones({1}, at::kDouble), psi = at::ones({1}, at::kDouble);
  const at::Tensor data = at::zeros({1, 1, 1}, at::kDouble);
  const Critic critic = [&psi](const at::Tensor& input, const StepMask&) {
    return input.flatten() * psi;
  };
  const auto take_step = [&](Side side, at::Tensor& own) {
    own.requires_grad_(true);
    FakeContext context(side, critic, data, theta.view({1, 1, 1}));
    context.set_parameters({{"weight", psi}});
    objective.evaluate(context).total.backward();
    const at::Tensor slope = own.grad().clone();
    own.mutable_grad() = at::Tensor();
    own.requires_grad_(false);
    own.sub_(kRate * slope);
    objective.after_step(context);
  };
  for (int i = 0; i < steps; ++i) {
    take_step(Side::discriminator, psi);
    take_step(Side::generator, theta);
  }
  return std::hypot(theta.item<double>(), psi.item<double>());
}

class DiracGan : public testing::TestWithParam<Dirac> {};

TEST_P(DiracGan, EndsWhereItsTheorySays) {
  Objective objective(objective_config(GetParam().loss, GetParam().terms));
  const double expected = GetParam().distance;
  EXPECT_NEAR(distance_after(objective, GetParam().steps), expected,
              expected * GetParam().uncertainty);
}

std::string name_of(const testing::TestParamInfo<Dirac>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(All, DiracGan, testing::ValuesIn(rows()), name_of);

}  // namespace dirac_test
}  // namespace rnngan
