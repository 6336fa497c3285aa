#include "objective/golden_loss.h"

namespace rnngan {
namespace energy_test {

using at::Tensor;
using nlohmann::json;

TEST(Golden, ebgan) {
  expect_loss("ebgan", {.spot = {1.633333, -0.133333},
                        .equilibrium = {0.25, {1, 0.25}},
                        .undecided = 0.5,
                        .optimum = Optimum{.scores = doubles({1, 1, 0, 0, 0}),
                                           .losses = {0.65, 0.55},
                                           .smooth = false,
                                           .divergence = "TV",
                                           .estimate = 0.35}});
}

// No optimum is known of it, and the real scores themselves rise without end.
TEST(Golden, loss_sensitive) {
  expect_loss("loss_sensitive",
              {.spot = {0.566667, 0.133333}, .equilibrium = {.score = 0, .rests = false}});
}

TEST(Ebgan, HasTheMarginThatItIsTold) {
  const Tensor r = doubles({.2, .5, 1.5}), f = doubles({.4, .9, 2});
  Objective objective = loss_alone("ebgan");
  EXPECT_NEAR(total_at(objective, kD, r, f).item<double>(), 0.966667, 1e-6);
  EXPECT_NEAR(total_at(objective, kG, r, f).item<double>(), 1.1, 1e-6);
  Objective wide = loss_alone("ebgan", {{"margin", 4.0}});
  EXPECT_NEAR(total_at(wide, kD, r, f).item<double>(), 2.2 / 3 + (3.6 + 3.1 + 2) / 3, 1e-12);
  EXPECT_DOUBLE_EQ(*wide.adversarial()->undecided, 2);
  EXPECT_NEAR(wide.adversarial()->estimate(4), 0, 1e-12);
}

TEST(Ebgan, EnergiesAreLowForRealSequences) {
  Objective objective = loss_alone("ebgan");
  TableContext context(kD, doubles({.2, .4, .6, .1}), doubles({.4, .9, 2, .6}));
  EXPECT_FALSE(objective.adversarial()->high_is_real);
  EXPECT_DOUBLE_EQ(statistic(objective.evaluate(context), "accuracy"), (3 + 3) / 8.0);
}

TEST(LossSensitive, PairsThatAreFarApartAreSettled) {
  const Tensor r = doubles({2, 1}).requires_grad_(), f = doubles({-1, 0.5}).requires_grad_();
  const auto slopes = [&](const json& options) {
    Objective objective = loss_alone("loss_sensitive", options);
    TableContext context(kD, r, f);  // distances 3 and 0.5
    const Tensor loss = objective.evaluate(context).total;
    return std::pair{gradient(loss, r), gradient(loss, f)};
  };
  const auto [plain_r, plain_f] = slopes({{"real_part", 0.0}, {"margin", 2.0}});
  EXPECT_TRUE(plain_r.equal(doubles({-0.5, -0.5})) && plain_f.equal(doubles({0.5, 0.5})));
  const auto [half_r, half_f] = slopes({{"real_part", 0.0}, {"margin", 0.5}});
  EXPECT_TRUE(half_r.equal(doubles({0, 0})) && half_f.equal(doubles({0, 0})));
  const auto [leaky_r, leaky_f] =
      slopes({{"real_part", 1.0}, {"margin", 0.5}, {"slope", 0.25}, {"lambda", 2.0}});
  EXPECT_TRUE(leaky_r.equal(doubles({-0.75, -0.75})) && leaky_f.equal(doubles({0.25, 0.25})));
}

TEST(LossSensitive, SlopeOneIsWgan) {
  const json options = {{"slope", 1.0}, {"real_part", 0.0}, {"margin", 0.0}};
  Objective objective = loss_alone("loss_sensitive", options), wgan = loss_alone("wgan");
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  for (const Side side : {kD, kG}) {
    EXPECT_NEAR(total_at(objective, side, r, f).item<double>(),
                total_at(wgan, side, r, f).item<double>(), 1e-12);
  }
}

}  // namespace energy_test
}  // namespace rnngan
