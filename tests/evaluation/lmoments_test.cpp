#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/metric_support.h"
#include "tensor/random.h"

namespace rnngan {
namespace lmoments_test {

SequenceSet values(const std::vector<double>& of) {
  const auto count = static_cast<int64_t>(of.size());
  return {torch::tensor(of, at::kDouble).view({1, count, 1}), torch::tensor({count}, at::kLong)};
}

// Of equally spaced values both ratios are 0, of one value that stands out both are 1.
TEST(LMoments, LieBetweenEvenAndExtreme) {
  const SequenceSet even = values({1, 2, 3, 4, 5, 6, 7, 8}), one = values({0, 0, 0, 0, 0, 0, 0, 1});
  const MetricResult result = score("lmoments", even, one);
  EXPECT_NEAR(result.detail.at("skewness").get<double>(), 1, 1e-12);
  EXPECT_NEAR(result.detail.at("kurtosis").get<double>(), 1, 1e-12);
  EXPECT_NEAR(result.value.value(), 1, 1e-12);
  EXPECT_NEAR(score("lmoments", even, even).value.value(), 0, 1e-12);
}

/// L-skewness by its definition: E(X3:3 - 2 X2:3 + X1:3) / 3 over E(X2:2 - X1:2) / 2.
double skewness_over_all_samples(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  double triples = 0, third = 0, pairs = 0, second = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = i + 1; j < x.size(); ++j) {
      ++pairs;
      second += x[j] - x[i];
      for (size_t k = j + 1; k < x.size(); ++k) {
        ++triples;
        third += x[k] - 2 * x[j] + x[i];
      }
    }
  }
  return third / (3 * triples) / (second / (2 * pairs));
}

TEST(LMoments, AreMeansOverAllSmallSamples) {
  const std::vector<double> uneven = {0, 12, 0, 5, 0.5, 0, -3, 9, 0};
  const MetricResult result = score("lmoments", values({1, 2, 3, 4, 5, 6, 7, 8}), values(uneven));
  EXPECT_NEAR(result.detail.at("skewness").get<double>(), skewness_over_all_samples(uneven), 1e-12);
}

TEST(LMoments, OfExponentialValuesAreAThirdAndASixth) {
  at::Generator generator = stream_generator(1, "lmoments", 0);
  const at::Tensor draws = -at::rand({4000, 50}, generator, at::kDouble).log();
  const SequenceSet exponential{draws.unsqueeze(2), at::full({4000}, 50, at::kLong)};
  const MetricResult result = score("lmoments", values({1, 2, 3, 4, 5, 6, 7, 8}), exponential);
  EXPECT_NEAR(result.detail.at("skewness").get<double>(), 1. / 3, 0.01);
  EXPECT_NEAR(result.detail.at("kurtosis").get<double>(), 1. / 6, 0.01);
}

// Where one extreme value carries the fourth moment away, so that a set without tails is called
// nearer than other real sequences.
TEST(LMoments, SeeTailsThatAreMissing) {
  at::Generator generator = stream_generator(7, "tails", 0);
  const auto draw = [&] {
    const at::Tensor uniform = at::rand({60, 24, 1}, generator, at::kDouble);
    return SequenceSet{uniform.pow(-0.45) - 1, at::full({60}, 24, at::kLong)};
  };
  int lmoments_wrong = 0, kurt_wrong = 0;
  for (int i = 0; i < 20; ++i) {
    const SequenceSet real = draw(), other = draw();
    SequenceSet cut = draw();
    cut = with_values(cut, cut.padded().clamp_max(real.padded().quantile(0.95)));
    const auto wrong = [&](const char* metric) {
      return *score(metric, real, cut).value <= *score(metric, real, other).value;
    };
    lmoments_wrong += wrong("lmoments") ? 1 : 0;
    kurt_wrong += wrong("kurt") ? 1 : 0;
  }
  EXPECT_EQ(lmoments_wrong, 0);
  EXPECT_GT(kurt_wrong, 1);
}

}  // namespace lmoments_test
}  // namespace rnngan
