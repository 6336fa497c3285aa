#include <numbers>

#include "objective/golden_loss.h"

namespace rnngan {
namespace three_way_test {

using at::Tensor;
using std::numbers::ln2;

TEST(Golden, vaegan) {
  expect_loss("vaegan", {.spot = {1.380379, 0.875623},
                         .equilibrium = {0, {2 * ln2, ln2}},
                         .undecided = 0.0,
                         .optimum = Optimum{.scores = log_ratio(),
                                            .losses = {1.215135, 1.040208},
                                            .divergence = "JSD",
                                            .estimate = 0.085580}});
}

TEST(Vaegan, ReconstructionsAndFakesWeighHalfEach) {
  Objective objective = loss_alone("vaegan"), bce = loss_alone("bce");
  const Tensor r = doubles({2, -1}), f = doubles({-1.5, 0.3}), x = doubles({0.7, 1.1});
  for (const Side side : {kD, kG}) {
    TableContext context(side, r, f);
    context.set_reconstruction(x);
    const double with_fakes = total_at(bce, side, r, f).item<double>();
    const double with_reconstructions = total_at(bce, side, r, x).item<double>();
    EXPECT_NEAR(objective.evaluate(context).total.item<double>(),
                (with_fakes + with_reconstructions) / 2, 1e-12);
  }
}

}  // namespace three_way_test
}  // namespace rnngan
