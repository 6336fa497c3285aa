// What scores must not depend on, and how they order sets that are known to be better or worse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/metric_support.h"
#include "evaluation/sines.h"
#include "tensor/random.h"

namespace rnngan {
namespace invariances_test {

using at::Tensor;

/// The rows that train nothing and need no training set.
std::vector<const MetricRow*> closed_forms() {
  std::vector<const MetricRow*> rows;
  for (const MetricRow& row : metric_catalog()) {
    if (!row.trained && !row.needs_train && !row.unmet) rows.push_back(&row);
  }
  return rows;
}

std::vector<bool> views_of(const MetricRow& row) {
  return row.has_d1 ? std::vector<bool>{false, true} : std::vector<bool>{false};
}

/// `change` of both or one set leaves these scores as they are.
template <typename Change>
void expect_unchanged(const std::vector<std::string>& metrics, const Change& change,
                      bool real_too) {
  const SequenceSet a = golden_a(), b = golden_b();
  const SequenceSet changed_a = real_too ? change(a) : a, changed_b = change(b);
  for (const std::string& metric : metrics) {
    for (const bool differenced : views_of(metric_row(metric))) {
      EXPECT_NEAR(score(metric, changed_a, changed_b, differenced).value.value(),
                  score(metric, a, b, differenced).value.value(),
                  metric == "frechet_raw" ? 1e-6 : 1e-9)
          << metric << (differenced ? "_d1" : "");
    }
  }
}

std::vector<std::string> names_of_closed_forms() {
  std::vector<std::string> names;
  for (const MetricRow* row : closed_forms()) names.push_back(row->name);
  return names;
}

TEST(Invariance, UnderPermutationsOfTheSyntheticSet) {
  std::vector<std::string> names;
  for (const std::string& name : names_of_closed_forms()) {
    if (name != "ed_tsgbench" && name != "dtw_tsgbench") names.push_back(name);  // paired by index
  }
  const auto reversed = [](const SequenceSet& of) {
    return select(of, at::arange(of.count() - 1, -1, -1, at::kLong));
  };
  expect_unchanged(names, reversed, /*real_too=*/false);
}

TEST(Invariance, UnderUnitsOfFeatures) {
  const auto in_other_units = [](const SequenceSet& of) {
    const Tensor factor = torch::tensor({3.0, 0.01, 250.0}, at::kDouble);
    return SequenceSet{of.padded() * factor + torch::tensor({-7.0, 2.0, 1000.0}, at::kDouble),
                       of.lengths};
  };
  expect_unchanged({"mmd2", "ed_nn", "dtw_nn", "ed_energy", "dtw_energy", "prdc", "density",
                    "marginal_w1", "marginal_ks", "frechet_raw", "skew", "kurt"},
                   in_other_units, /*real_too=*/true);
  expect_unchanged({"acf", "xcorr"}, in_other_units, /*real_too=*/false);
}

TEST(Invariance, UnderOrdersOfFeatures) {
  const auto turned = [](const SequenceSet& of) {
    return SequenceSet{
        of.padded().index_select(2, torch::tensor({2, 0, 1}, at::kLong)).contiguous(), of.lengths};
  };
  expect_unchanged(names_of_closed_forms(), turned, /*real_too=*/true);
}

TEST(Identity, OfASetWithItselfIsZero) {
  const SequenceSet a = golden_a();
  for (const char* metric :
       {"marginal_w1", "marginal_ks", "skew", "kurt", "acf", "xcorr", "acd_tsgbench", "sd_tsgbench",
        "kd_tsgbench", "ed_tsgbench", "dtw_tsgbench", "ed_nn", "dtw_nn"}) {
    EXPECT_NEAR(score(metric, a, a).value.value(), 0, 1e-9) << metric;
  }
  EXPECT_NEAR(score("frechet_raw", a, a).value.value(), 0, 1e-6);
}

TEST(Symmetry, ExchangesTheTwoDirections) {
  const SequenceSet a = golden_a(), b = golden_b();
  MetricInput forth = golden_input(a, b), back = golden_input(b, a);
  back.reference = &a;  // one scaler for both
  const auto part = [](const char* metric, const MetricInput& input, const char* name) {
    return metric_row(metric).compute(input).detail.at(name).get<double>();
  };
  EXPECT_DOUBLE_EQ(part("prdc", forth, "precision"), part("prdc", back, "recall"));
  EXPECT_DOUBLE_EQ(part("prdc", forth, "recall"), part("prdc", back, "precision"));
  EXPECT_DOUBLE_EQ(part("ed_nn", forth, "fidelity"), part("ed_nn", back, "coverage_dist"));
  EXPECT_DOUBLE_EQ(part("dtw_nn", forth, "fidelity"), part("dtw_nn", back, "coverage_dist"));
  EXPECT_NEAR(metric_row("mmd2").compute(forth).value.value(),
              metric_row("mmd2").compute(back).value.value(), 1e-12);
}

class Ladder : public ::testing::Test {
 protected:
  static constexpr int64_t kCount = 1000;
  const SequenceSet reference_ = random_sines(kCount, 1);
  const SequenceSet half_ = random_sines(kCount, 2);

  SequenceSet modes(int64_t count) const {
    const Tensor which = at::arange(kCount, at::kLong) % count;
    return with_noise(select(half_, which), 0.001, 3);
  }
  SequenceSet mean_sequence() const {
    return {half_.padded().mean(0, /*keepdim=*/true).expand({kCount, -1, -1}).contiguous(),
            half_.lengths};
  }
  SequenceSet white_noise() const {
    const FeatureScaler scaler(reference_);
    at::Generator generator = stream_generator(4, "white", 0);
    return {at::empty_like(reference_.padded()).normal_(0, 1, generator) * scaler.sd + scaler.mean,
            half_.lengths};
  }
  double of(const char* metric, const SequenceSet& synthetic, bool differenced) const {
    const SequenceSet x = differenced ? differences(reference_) : reference_;
    const SequenceSet y = differenced ? differences(synthetic) : synthetic;
    MetricInput input{x, y};
    input.value_only = true;  // without the p-value
    return metric_row(metric).compute(input).value.value();
  }
};

TEST_F(Ladder, NoiseCostsTheMoreTheMoreThereIs) {
  for (const char* metric : {"mmd2", "ed_energy", "marginal_w1"}) {
    const double half = of(metric, half_, true);
    const double little = of(metric, with_noise(half_, 0.01, 5), true);
    const double much = of(metric, with_noise(half_, 0.05, 5), true);
    EXPECT_LT(half, little) << metric;
    EXPECT_LT(little, much) << metric;
    EXPECT_LE(much, of(metric, white_noise(), true)) << metric;
  }
}

TEST_F(Ladder, CoverageFallsWithTheNumberOfModes) {
  const double half = of("coverage", half_, false), few = of("coverage", modes(20), false);
  EXPECT_GT(half, 0.9);
  EXPECT_GT(half, few);
  EXPECT_GT(few, of("coverage", mean_sequence(), false));
}

TEST_F(Ladder, EnergySeesTheCollapseThatPairedDistancesReward) {
  EXPECT_LT(of("ed_tsgbench", mean_sequence(), false), of("ed_tsgbench", half_, false));
  EXPECT_GT(of("ed_energy", mean_sequence(), false), of("ed_energy", half_, false));
}

TEST(Permutations, GiveUniformPValuesForOneLaw) {
  double sum = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const SequenceSet x = random_sines(60, 2 * seed), y = random_sines(40, 2 * seed + 1);
    sum += metric_row("mmd2").compute({x, y}).detail.at("p_value").get<double>() / 20;
  }
  EXPECT_GT(sum, 0.3);
  EXPECT_LT(sum, 0.7);
}

TEST(Permutations, FindTwoLaws) {
  const SequenceSet x = random_sines(60, 1), y = with_noise(random_sines(40, 2), 0.5, 3);
  EXPECT_DOUBLE_EQ(metric_row("mmd2").compute({x, y}).detail.at("p_value").get<double>(),
                   1.0 / 201);
}

TEST(Supports, AreOfDistinctRealSequences) {
  const SequenceSet a = golden_a(), b = golden_b();
  const Tensor twice = at::cat({at::arange(64, at::kLong), at::zeros({8}, at::kLong)});
  const MetricResult with_copies = score("prdc", select(a, twice), b);
  EXPECT_EQ(with_copies.detail.at("duplicates_dropped"), 8);
  // All but the scaler, which sees the copies, is as without them.
  EXPECT_NEAR(with_copies.value.value(), score("prdc", a, b).value.value(), 0.05);
}

TEST(Xcorr, SeesTimeReversedAndAcfDoesNot) {
  // Feature 1 follows feature 0 by two steps.
  const auto value = [](double i, double t, double d) {
    return std::sin(2.1 * i + 0.9 * (t - 2 * d)) + 0.3 * std::cos(5.3 * i + 1.7 * (t - 2 * d));
  };
  const SequenceSet forth = sequences_of(0, 200, value, 12, 2);
  const SequenceSet back{forth.padded().flip({1}).contiguous(), forth.lengths};
  EXPECT_GT(score("xcorr", forth, back).value.value(), 0.3);
  EXPECT_NEAR(score("acf", forth, back).value.value(), 0, 1e-9);
}

}  // namespace invariances_test
}  // namespace rnngan
