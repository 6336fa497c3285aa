// Awkward sets: each closed-form score gives a finite value, or says why it gives none.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/metric_support.h"
#include "evaluation/scoring.h"

namespace rnngan {
namespace guards_test {

using at::Tensor;
using nlohmann::json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> closed_form_ids() {
  std::vector<std::string> ids;
  for (const MetricRow& row : metric_catalog()) {
    if (row.trained || row.needs_train || row.unmet) continue;
    ids.push_back(row.name);
    if (row.has_d1) ids.push_back(row.name + "_d1");
  }
  return ids;
}

void expect_finite(const json& of, const std::string& where) {
  if (of.is_number_float()) {
    EXPECT_TRUE(std::isfinite(of.get<double>())) << where;
  }
  if (!of.is_structured()) return;
  for (const auto& [key, item] : of.items()) expect_finite(item, where + "." + key);
}

/// Records of all closed forms by id, after the checks that hold for every record.
json all_records(const SequenceSet& real, const SequenceSet& synthetic, bool bounds = true) {
  EvaluationRequest request;
  request.metrics = closed_form_ids();
  request.bounds = bounds;
  json records = json::object();
  for (const Score& record : evaluate({real, synthetic, {}}, request)) {
    EXPECT_EQ(record.result.value.has_value(), record.result.status != MetricStatus::skipped)
        << record.metric.name();
    EXPECT_EQ(record.result.reason.empty(), record.result.status == MetricStatus::ok)
        << record.metric.name();
    if (record.result.value) {
      EXPECT_TRUE(std::isfinite(*record.result.value)) << record.metric.name();
    }
    expect_finite(record.result.detail, record.metric.name());
    expect_finite(record.result.params, record.metric.name());
    records[record.metric.name()] = to_json(record);
  }
  EXPECT_EQ(records.size(), request.metrics.size());
  return records;
}

/// {"id": reason} of those with that status.
json reasons(const json& records, const std::string& status) {
  json result = json::object();
  for (const auto& [id, record] : records.items()) {
    if (record.at("status") == status) result[id] = record.at("reason");
  }
  return result;
}

SequenceSet first_steps(const SequenceSet& of, int64_t steps) {
  return {of.padded().narrow(1, 0, steps).contiguous(), at::full({of.count()}, steps, at::kLong)};
}

/// Lengths 5 ... 16, and nonsense after them.
SequenceSet of_many_lengths(const SequenceSet& of) {
  SequenceSet ragged{of.padded().clone(), at::arange(of.count(), at::kLong) % 12 + 5};
  ragged.padded().masked_fill_(ragged.mask().logical_not().unsqueeze(2), kNan);
  return ragged;
}

TEST(Guards, ConstantFeature) {
  const json records = all_records(golden_a0(), golden_b(), /*bounds=*/false);
  for (const char* id : {"skew", "kurt_d1", "sd_tsgbench", "acd_tsgbench", "mdd_tsgbench"}) {
    EXPECT_EQ(records.at(id).at("status"), "partial") << id;
    EXPECT_TRUE(records.at(id).at("detail").contains("skipped")) << id;
  }
  EXPECT_EQ(records.at("mmd2").at("status"), "ok");
  EXPECT_EQ(records.at("marginal_w1").at("status"), "ok");
}

TEST(Guards, ConstantSyntheticFeatureHasMomentZero) {
  const MetricResult result = score("kurt", golden_b(), golden_a0());
  EXPECT_EQ(result.status, MetricStatus::partial);
  EXPECT_EQ(result.detail.at("constant_synthetic"), json::array({2}));
  const Tensor z = FeatureScaler(golden_b())(golden_b()).select(2, 2);
  EXPECT_NEAR(result.detail.at("per_feature")[2].get<double>(),
              std::abs(z.pow(4).mean().item<double>() - 3), 1e-9);
  all_records(golden_b(), golden_a0());
}

TEST(Guards, OneFeature) {
  const json records = all_records(feature_of(golden_a(), 1), feature_of(golden_b(), 1));
  EXPECT_EQ(reasons(records, "skipped"),
            (json{{"xcorr", "needs_d_ge_2"}, {"xcorr_d1", "needs_d_ge_2"}}));
}

TEST(Guards, UnequalNumbers) {
  const json records = all_records(golden_a(), golden_b48(), false);
  for (const auto& [id, record] : records.items()) {
    if (id == "invalid_rate") continue;
    // Nearest neighbours are told beside a floor, made of halves.
    const bool ratio = id.find("_nn") != std::string::npos;
    EXPECT_EQ(record.at("n_real"), ratio ? 32 : 64) << id;
    EXPECT_EQ(record.at("n_syn"), ratio ? 32 : 48) << id;
  }
}

TEST(Guards, ThreeSequences) {
  const Tensor three = at::arange(3, at::kLong);
  const json records = all_records(select(golden_a(), three), select(golden_b(), three));
  const json skipped = reasons(records, "skipped");
  EXPECT_EQ(skipped.at("prdc"), "needs_n_gt_k");
  EXPECT_EQ(skipped.at("marginal_w1"), "needs_n_ge_20");
  EXPECT_EQ(skipped.at("ed_nn"), "needs_floor");
  EXPECT_EQ(records.at("frechet_raw").at("reason"), "n_below_dim");
  EXPECT_EQ(records.at("mmd2").at("status"), "ok");
  EXPECT_EQ(records.at("mmd2").at("detail").at("warnings"), json::array({"n_below_100"}));
}

TEST(Guards, OneSequence) {
  const Tensor one = at::zeros({1}, at::kLong);
  const json skipped =
      reasons(all_records(select(golden_a(), one), select(golden_b(), one)), "skipped");
  EXPECT_EQ(skipped.at("mmd2"), "needs_n_ge_2");
  EXPECT_EQ(skipped.at("ed_energy"), "needs_n_ge_2");
  EXPECT_EQ(skipped.at("frechet_raw"), "needs_n_ge_2");
}

TEST(Guards, TwoSteps) {
  const json records = all_records(first_steps(golden_a(), 2), first_steps(golden_b(), 2));
  EXPECT_EQ(reasons(records, "skipped"), (json{{"acf", "needs_t_ge_3"},
                                               {"acf_d1", "needs_t_ge_3"},
                                               {"xcorr", "needs_t_ge_3"},
                                               {"xcorr_d1", "needs_t_ge_3"},
                                               {"acd_tsgbench", "needs_t_ge_3"}}));
}

TEST(Guards, OneStep) {
  const json records = all_records(first_steps(golden_a(), 1), first_steps(golden_b(), 1));
  EXPECT_EQ(records.at("mmd2").at("status"), "ok");
  EXPECT_EQ(records.at("mmd2_d1").at("reason"), "needs_t_ge_2");
  EXPECT_EQ(records.at("mdd_tsgbench").at("reason"), "needs_t_ge_2");
}

TEST(Guards, DifferentLengths) {
  const SequenceSet real = of_many_lengths(golden_a()), synthetic = of_many_lengths(golden_b());
  const json records = all_records(real, synthetic);
  EXPECT_TRUE(reasons(records, "skipped").empty()) << reasons(records, "skipped");
  all_records(golden_a(), synthetic);
  all_records(real, first_steps(golden_b(), 9));
}

TEST(Guards, LengthsCountForTheMasksOnly) {
  // Padding to more steps changes nothing but what is told of positions.
  const SequenceSet a = golden_a(), b = golden_b();
  const auto padded = [](const SequenceSet& of) {
    return SequenceSet{at::constant_pad_nd(of.padded(), {0, 0, 0, 4}, kNan), of.lengths};
  };
  for (const char* metric : {"marginal_w1", "skew", "kurt", "xcorr", "mdd_tsgbench", "ed_tsgbench",
                             "dtw_tsgbench", "dtw_nn", "dtw_energy"}) {
    EXPECT_NEAR(score(metric, padded(a), padded(b)).value.value(),
                score(metric, a, b).value.value(), 1e-12)
        << metric;
  }
}

TEST(Guards, InvalidSyntheticSequencesAreLeftOut) {
  SequenceSet b = golden_b();
  b.padded()[7][3][1] = std::numeric_limits<double>::infinity();
  const json records = all_records(golden_a(), b, false);
  for (const auto& [id, record] : records.items()) {
    if (id == "invalid_rate") continue;
    EXPECT_EQ(record.at("status"), "partial") << id;
    EXPECT_EQ(record.at("detail").at("invalid"), 1) << id;
  }
  EXPECT_EQ(records.at("mmd2").at("n_syn"), 63);
  EXPECT_DOUBLE_EQ(records.at("invalid_rate").at("value").get<double>(), 1.0 / 64);
  EXPECT_EQ(records.at("invalid_rate").at("status"), "ok");
}

TEST(Guards, MostlyInvalidSetsAreNotScored) {
  SequenceSet b = golden_b();
  b.padded().narrow(0, 0, 33).select(1, 0).fill_(std::numeric_limits<double>::infinity());
  const json records = all_records(golden_a(), b);
  for (const auto& [id, record] : records.items()) {
    if (id == "invalid_rate") continue;
    EXPECT_EQ(record.at("reason"), "too_few_valid") << id;
  }
  b.padded().select(0, 32).fill_(0.5);
  EXPECT_EQ(all_records(golden_a(), b).at("mmd2").at("status"), "partial");
}

TEST(Guards, NoSyntheticSequences) {
  const SequenceSet none = select(golden_b(), at::empty({0}, at::kLong));
  EXPECT_EQ(all_records(golden_a(), none).at("mmd2").at("reason"), "needs_n_ge_1");
}

TEST(Guards, ConstantReference) {
  SequenceSet real = golden_a();
  real.padded().fill_(2);
  const json skipped = reasons(all_records(real, golden_b()), "skipped");
  for (const std::string& id : closed_form_ids()) {
    const bool scored = id == "marginal_w1" || id == "marginal_w1_d1" || id == "invalid_rate";
    EXPECT_EQ(skipped.contains(id), !scored) << id;
    if (scored) continue;
    EXPECT_EQ(skipped.at(id), "degenerate_reference") << id;
  }
}

TEST(Guards, ReferenceOfConstantSequences) {
  SequenceSet real = golden_a();
  real = with_values(real, real.padded().narrow(1, 0, 1).expand({64, 16, 3}).contiguous());
  const json records = all_records(real, golden_b());
  EXPECT_EQ(records.at("mmd2_d1").at("reason"), "degenerate_reference");
  EXPECT_EQ(records.at("mmd2").at("status"), "ok");
}

TEST(Guards, ValuesBeyondAllBounds) {
  SequenceSet b = golden_b();
  b.padded().mul_(1e200);
  const json records = all_records(golden_a(), b);
  EXPECT_EQ(records.at("frechet_raw").at("reason"), "not_finite");
}

}  // namespace guards_test
}  // namespace rnngan
