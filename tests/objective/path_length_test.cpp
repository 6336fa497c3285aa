// Path length: Jacobians that are known, their running mean, and derivatives through them.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "objective/differences.h"
#include "objective/term_support.h"

namespace rnngan {
namespace path_length_test {

using at::Tensor;

/// x [B,T,2] whose entries are entry i of the sequence = a_i . z, a [T*2,2].
std::function<Tensor(const Tensor&)> linear_in(const Tensor& a, int64_t steps) {
  return [a, steps](const Tensor& z) { return z.matmul(a.t()).view({z.size(0), steps, 2}); };
}

FakeContext step_of(const std::function<Tensor(const Tensor&)>& generate, const Tensor& noise,
                    const Tensor& y, const StepMask& steps) {
  const Tensor x = wavy(noise.size(0), steps.steps(), 0);
  FakeContext context(kG, {}, x, x, steps);
  context.set_global_noise(noise);
  context.set_generate(generate);
  context.set_normal([y](const std::string&, at::IntArrayRef) { return y; });
  return context;
}

Tensor two_codes() {
  return doubles({0.3, -1.1, 0.8, 0.4}).view({2, 2});
}

// The lengths are |A' y| / sqrt(6), and the batch's mean is the target of the first step.
// Is the spread of known lengths.
TEST(Golden, path_length) {
  const Tensor a = wavy(1, 6, 0.2).view({6, 2}), y = wavy(2, 3, 0.9);
  FakeContext context = step_of(linear_in(a, 3), two_codes(), y, lengths({3, 3}, 3));
  const auto term = make("path_length");
  const Tensor value = term->value(context);
  const Tensor length = y.view({2, 6}).matmul(a).square().sum(1).sqrt() / std::sqrt(6.0);
  ASSERT_GT((length[0] - length[1]).abs().item<double>(), 0.01);
  EXPECT_TRUE(at::allclose(value, (length - length.mean()).square(), 0, 1e-9));
  ASSERT_EQ(term->statistics(kG).size(), 2U);
  EXPECT_NEAR(term->statistics(kG)[0].value.item<double>(), length.mean().item<double>(), 1e-9);
}

TEST(PathLength, TheTargetFollowsTheLengthsOfEarlierSteps) {
  const auto term = make("path_length", {{"rate", 0.25}});
  const Tensor y = at::zeros({1, 1, 2}, at::kDouble);
  y.fill_(std::sqrt(2.0));                // 1 in each of the two entries
  const auto step = [&](double length) {  // x = (length z_0, 0)
    const Tensor a = doubles({length, 0, 0, 0}).view({2, 2});
    FakeContext context =
        step_of(linear_in(a, 1), at::ones({1, 2}, at::kDouble), y, lengths({1}, 1));
    const double value = term->value(context).item<double>();
    term->after_step(context);
    return value;
  };
  EXPECT_NEAR(step(2), 0, 1e-9);
  EXPECT_NEAR(step(5), 9, 1e-6) << "against 2";
  // Weights 0.75 and 1 on 2 and 5.
  const double target = (0.75 * 2 + 5) / 1.75;
  EXPECT_NEAR(step(1), (1 - target) * (1 - target), 1e-6);
}

TEST(PathLength, PaddingChangesNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor a = wavy(1, 6, 0.2).view({6, 2}), y = wavy(2, 3, 0.9);
  FakeContext plain = step_of(linear_in(a, 3), two_codes(), y, lengths({3, 3}, 3));
  const Tensor padding = at::full({2, 2, 2}, nan, at::kDouble);
  const auto longer = [&](const Tensor& z) { return at::cat({linear_in(a, 3)(z), padding}, 1); };
  FakeContext padded = step_of(longer, two_codes(), at::cat({y, 9 + at::zeros_like(padding)}, 1),
                               lengths({3, 3}, 5));
  // A stored mean tells the two apart more than the spread within the batch does.
  const auto of = [](FakeContext& context) {
    const auto term = make("path_length");
    const Tensor value = term->value(context);
    return at::cat({value, term->statistics(kG)[0].value.view({1})});
  };
  EXPECT_TRUE(at::allclose(of(plain), of(padded), 0, 1e-12));

  // A shorter sequence: the mean is over its own entries.
  FakeContext ragged = step_of(linear_in(a, 3), two_codes(), y, lengths({3, 1}, 3));
  const Tensor first = y[1][0].matmul(a.narrow(0, 0, 2)).square().sum().sqrt() / std::sqrt(2.0);
  const Tensor all = y[0].flatten().matmul(a).square().sum().sqrt() / std::sqrt(6.0);
  const auto term = make("path_length");
  term->value(ragged);
  EXPECT_NEAR(term->statistics(kG)[0].value.item<double>(), (first + all).item<double>() / 2, 1e-9);
}

TEST(PathLength, HasTheGradientOfItsValue) {
  const Tensor y = wavy(2, 3, 0.9);
  const auto f = [&](const Tensor& a) {
    const auto curved = [&](const Tensor& z) { return linear_in(a, 3)(z).tanh(); };
    FakeContext context = step_of(curved, two_codes(), y, lengths({3, 2}, 3));
    const auto term = make("path_length");
    auto buffers = term->named_buffers();  // a target that does not move: 0.7
    buffers["weight"].fill_(0.5);
    buffers["sum"].fill_(0.35);
    return term->value(context).sum();
  };
  EXPECT_LT(gradient_error(f, wavy(1, 6, 0.2).view({6, 2})), 1e-8);
}

}  // namespace path_length_test
}  // namespace rnngan
