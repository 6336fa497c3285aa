// The scores of sets that are given by formulas.
#include <gtest/gtest.h>

#include "evaluation/frechet.h"
#include "evaluation/golden_sets.h"
#include "evaluation/metric_support.h"

namespace rnngan {
namespace golden_test {

using at::Tensor;

constexpr double kTolerance = 1e-8;

/// One line of the table: (A,B) and (A,B48) of the values, (A,B) and (A,B48) of their differences.
struct GoldenRow {
  const char* metric;
  const char* part;  // of detail; "" for the value
  double values[4];
};

double golden_value(const GoldenRow& row, bool first_48, bool differenced) {
  const SequenceSet b = first_48 ? golden_b48() : golden_b();
  const MetricResult result = score(row.metric, golden_a(), b, differenced);
  return row.part[0] == '\0' ? result.value.value() : result.detail.at(row.part).get<double>();
}

void expect_golden(const std::vector<GoldenRow>& rows, double tolerance = kTolerance) {
  for (const GoldenRow& row : rows) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_NEAR(golden_value(row, i % 2 == 1, i >= 2), row.values[i], tolerance)
          << row.metric << ' ' << row.part << ' ' << i;
    }
  }
}

TEST(Golden, Mmd) {
  expect_golden({
      {"mmd2", "", {0.0067183342, 0.0110030805, 0.0128841112, 0.0149705502}},
      {"mmd2", "biased", {0.0203346852, 0.0267497989, 0.0280661057, 0.0328311163}},
  });
  const MetricResult level = score("mmd2", golden_a(), golden_a());
  EXPECT_NEAR(level.value.value(), -0.0143970536, kTolerance);
  EXPECT_NEAR(level.detail.at("biased").get<double>(), 0, 1e-9);
  EXPECT_NEAR(score("mmd2", golden_a(), golden_a(), true).value.value(), -0.0144127031, kTolerance);
}

TEST(Golden, Distances) {
  expect_golden({
      {"ed_energy", "cross", {1.2244814330, 1.2340054157, 1.4032285964, 1.4110748692}},
      {"ed_nn", "fidelity", {0.3514802101, 0.3313051752, 0.7142076980, 0.7056079620}},
      {"ed_nn", "coverage_dist", {0.3863756401, 0.4362646979, 0.7309592926, 0.7631939396}},
      {"ed_energy", "", {0.0245269515, 0.0466855072, 0.0250966337, 0.0393301223}},
      {"dtw_nn", "fidelity", {0.2652383465, 0.2569745376, 0.6902344695, 0.6857805035}},
      {"dtw_nn", "coverage_dist", {0.3000267016, 0.3471401340, 0.6929132145, 0.7175416623}},
      {"dtw_energy", "", {0.0312932330, 0.0533914682, 0.1951713655, 0.2121199681}},
  });
}

TEST(Golden, Supports) {
  expect_golden({
      {"precision", "", {1.0, 1.0, 0.6718750000, 0.6875000000}},
      {"recall", "", {0.9062500000, 0.8906250000, 1.0000000000, 0.9218750000}},
      {"density", "", {1.2531250000, 1.1583333333, 0.2625000000, 0.2750000000}},
      {"coverage", "", {1.0000000000, 0.9375000000, 0.5156250000, 0.4375000000}},
      {"prdc", "", {1.0000000000, 0.9375000000, 0.5156250000, 0.4375000000}},
  });
  for (const bool differenced : {false, true}) {
    const auto detail = score("prdc", golden_a(), golden_a(), differenced).detail;
    for (const char* part : {"precision", "recall", "density", "coverage"}) {
      EXPECT_EQ(detail.at(part).get<double>(), 1) << part;
    }
  }
  const auto level = score("prdc", golden_a(), golden_h()).detail;
  const auto d1 = score("prdc", golden_a(), golden_h(), true).detail;
  const std::vector<std::pair<const char*, std::pair<double, double>>> parts = {
      {"precision", {0.8333333333, 0.7916666667}},
      {"recall", {0.59375, 0.640625}},
      {"density", {0.7375, 0.6625}},
      {"coverage", {0.5625, 0.5625}}};
  for (const auto& [part, values] : parts) {
    EXPECT_NEAR(level.at(part).get<double>(), values.first, kTolerance) << part;
    EXPECT_NEAR(d1.at(part).get<double>(), values.second, kTolerance) << part;
  }
}

TEST(Golden, MarginalsAndMoments) {
  expect_golden({
      {"marginal_w1", "", {0.2210397939, 0.2671797619, 0.2163208516, 0.2665822310}},
      {"marginal_ks", "", {0.1451822917, 0.1801215278, 0.1312500000, 0.1600694444}},
      {"skew", "", {0.0245289274, 0.0297747356, 0.0486765952, 0.0582014051}},
      {"kurt", "", {0.0836205202, 0.0733368208, 0.2862128511, 0.2946132796}},
  });
}

TEST(Golden, Dependence) {
  expect_golden({
      {"acf", "", {0.1176145713, 0.1096879106, 0.3228834495, 0.3298908162}},
      {"xcorr", "lag0", {0.0193747004, 0.0576884219, 0.1435689422, 0.0954607969}},
      {"xcorr", "", {0.0275970286, 0.0686842938, 0.1812485149, 0.1803519491}},
  });
}

TEST(Golden, TsgBench) {
  const auto expect = [](const char* metric, double b, double b48, double tolerance) {
    EXPECT_NEAR(score(metric, golden_a(), golden_b()).value.value(), b, tolerance) << metric;
    EXPECT_NEAR(score(metric, golden_a(), golden_b48()).value.value(), b48, tolerance) << metric;
  };
  expect("mdd_tsgbench", 1.30073678, 1.44102683, 1e-6);
  expect("acd_tsgbench", 0.8886018252, 0.7767283435, kTolerance);
  expect("sd_tsgbench", 0.0245289274, 0.0297747356, kTolerance);
  expect("kd_tsgbench", 0.0836205202, 0.0733368208, kTolerance);
  expect("ed_tsgbench", 0.8151300868, 0.7698022067, kTolerance);
  expect("dtw_tsgbench", 1.2958692776, 1.1966928963, kTolerance);
}

/// Every fourth step of all features, scaled.
GaussianFit fit_of_four_steps(const SequenceSet& set) {
  const Tensor z = FeatureScaler(golden_a())(set);
  return gaussian_fit(z.index_select(1, torch::tensor({0, 4, 8, 12}, at::kLong)).flatten(1));
}

TEST(Golden, Frechet) {
  const GaussianFit a = fit_of_four_steps(golden_a());
  EXPECT_NEAR(frechet_distance(a, fit_of_four_steps(golden_b())), 1.363882, 1e-6);
  EXPECT_NEAR(frechet_distance(a, fit_of_four_steps(golden_b48())), 1.875325, 1e-6);
  EXPECT_NEAR(frechet_distance(a, a), 0, 1e-6);
}

TEST(Golden, ConstantFeature) {
  const auto value = [](const char* metric) {
    return score(metric, golden_a0(), golden_b()).value.value();
  };
  EXPECT_NEAR(value("marginal_w1"), 0.1739159967, kTolerance);
  EXPECT_NEAR(value("acf"), 0.2857458321, kTolerance);
  EXPECT_NEAR(value("xcorr"), 0.0309761987, kTolerance);
  const auto xcorr = score("xcorr", golden_a0(), golden_b());
  EXPECT_NEAR(xcorr.detail.at("lag0").get<double>(), 0.0343996334, kTolerance);
  for (const char* metric : {"sd_tsgbench", "kd_tsgbench", "skew", "kurt"}) {
    const MetricResult result = score(metric, golden_a0(), golden_b());
    EXPECT_EQ(result.status, MetricStatus::partial) << metric;
    EXPECT_EQ(result.detail.at("skipped").at("features"), nlohmann::json::array({2})) << metric;
  }
}

TEST(Golden, OneFeature) {
  const SequenceSet a = feature_of(golden_a(), 0), b = feature_of(golden_b(), 0);
  const auto value = [&](const char* metric) { return score(metric, a, b).value.value(); };
  EXPECT_NEAR(value("mmd2"), -0.0002974388, kTolerance);
  EXPECT_NEAR(value("marginal_w1"), 0.1636737155, kTolerance);
  EXPECT_NEAR(value("acf"), 0.1137868753, kTolerance);
  EXPECT_NEAR(value("mdd_tsgbench"), 1.17857890, 1e-6);
  EXPECT_NEAR(value("ed_energy"), -0.0092387126, kTolerance);
  const auto nearest = score("ed_nn", a, b).detail;
  EXPECT_NEAR(nearest.at("fidelity").get<double>(), 0.1831967903, kTolerance);
  EXPECT_NEAR(nearest.at("coverage_dist").get<double>(), 0.2260665643, kTolerance);
  EXPECT_NEAR(value("precision"), 1, kTolerance);
  EXPECT_NEAR(value("recall"), 0.953125, kTolerance);
  EXPECT_NEAR(value("density"), 1.0125, kTolerance);
  EXPECT_NEAR(value("coverage"), 0.984375, kTolerance);
  EXPECT_EQ(score("xcorr", a, b).reason, "needs_d_ge_2");
}

}  // namespace golden_test
}  // namespace rnngan
