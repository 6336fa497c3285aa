#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"
#include "evaluation/golden_sets.h"

namespace rnngan {
namespace privacy_test {

using at::Tensor;
using nlohmann::json;

MetricRow row(const std::string& name) {
  for (const MetricRow& one : privacy_rows()) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("there is no " + name);
}

MetricResult score(const std::string& name, const SequenceSet& train, const SequenceSet& hold_out,
                   const SequenceSet& synthetic, bool subsampling = true) {
  MetricInput input{hold_out, synthetic};
  input.train = &train;
  input.hold_out = &hold_out;
  input.subsampling = subsampling;
  return row(name).compute(input);
}

MetricResult golden(const std::string& name, const SequenceSet& synthetic) {
  return score(name, golden_a(), golden_h(), synthetic, false);
}

void expect_levels(const json& found, double low, double median) {
  EXPECT_NEAR(found["q05"].get<double>(), low, 1e-8);
  EXPECT_NEAR(found["median"].get<double>(), median, 1e-8);
}

TEST(Privacy, GoldenValues) {
  const SequenceSet b = golden_b(), mix = golden_mix();
  EXPECT_NEAR(golden("dcr", b).value.value(), 0.84375, 1e-8);
  EXPECT_NEAR(golden("dcr", mix).value.value(), 0.9375, 1e-8);
  EXPECT_NEAR(golden("identifiability", b).value.value(), 0.515625, 1e-8);
  EXPECT_NEAR(golden("identifiability", mix).value.value(), 0.53125, 1e-8);
  EXPECT_NEAR(golden("mia_auc", b).value.value(), 0.8402777778, 1e-8);
  EXPECT_NEAR(golden("mia_auc", mix).value.value(), 0.8732638889, 1e-8);
  EXPECT_NEAR(golden("copy_rate", b).value.value(), 0, 1e-8);
  EXPECT_NEAR(golden("copy_rate", mix).value.value(), 0.3333333333, 1e-8);
}

TEST(Privacy, GoldenDistances) {
  const MetricResult b = golden("dcr", golden_b()), mix = golden("dcr", golden_mix());
  expect_levels(b.detail["synthetic"], 0.1920924506, 0.3224950753);
  expect_levels(mix.detail["synthetic"], 0.0049885614, 0.2248342528);
  expect_levels(b.detail["hold_out"], 0.0902714980, 0.5973587755);
}

TEST(Privacy, GoldenRatios) {
  const MetricResult b = golden("nndr", golden_b()), mix = golden("nndr", golden_mix());
  expect_levels(b.detail["synthetic"], 0.4486530486, 0.8195074845);
  expect_levels(mix.detail["synthetic"], 0.0107551259, 0.5135281532);
  expect_levels(b.detail["hold_out"], 0.2504890459, 0.8954932024);
  EXPECT_NEAR(b.value.value(), 0.8195074845 / 0.8954932024, 1e-8);
  EXPECT_EQ(b.detail["overlap"], "unknown");
}

// Training, held-out and other sines of one distribution.
struct Sets {
  SequenceSet train = sines(400, 1, 3), hold_out = sines(400, 2, 3), fresh = sines(400, 3, 3);
};

TEST(Privacy, FreshSequencesGiveNothingAway) {
  const Sets sets;
  const auto value = [&](const char* name) {
    return score(name, sets.train, sets.hold_out, sets.fresh).value.value();
  };
  EXPECT_NEAR(value("mia_auc"), 0.5, 0.06);
  EXPECT_NEAR(value("dcr"), 0.5, 0.08);
  EXPECT_NEAR(value("nndr"), 1, 0.06);
  EXPECT_LT(value("copy_rate"), 0.02);
  const MetricResult found = score("identifiability", sets.train, sets.hold_out, sets.fresh);
  EXPECT_NEAR(found.value.value(), 0.5, 0.08);
  EXPECT_NEAR(found.detail["hold_out"].get<double>(), 0.5, 0.08);
}

TEST(Privacy, CopiesGiveAllAway) {
  const Sets sets;
  const auto result = [&](const char* name) {
    return score(name, sets.train, sets.hold_out, sets.train);
  };
  EXPECT_EQ(result("mia_auc").value, 1);
  EXPECT_EQ(result("dcr").value, 1);
  EXPECT_EQ(result("nndr").value, 0);
  EXPECT_EQ(result("identifiability").value, 1);
  EXPECT_EQ(result("copy_rate").value, 1);
  EXPECT_EQ(result("copy_rate").detail["exact"], 1.0);
}

TEST(Privacy, HalfCopies) {
  const Sets sets;
  const SequenceSet half = {
      at::cat({sets.train.padded().narrow(0, 0, 200), sets.fresh.padded().narrow(0, 0, 200)}),
      sets.fresh.lengths};
  const auto value = [&](const char* name) {
    return score(name, sets.train, sets.hold_out, half).value.value();
  };
  EXPECT_NEAR(value("mia_auc"), 0.75, 0.05);
  EXPECT_NEAR(value("copy_rate"), 0.5, 0.02);
  EXPECT_NEAR(value("dcr"), 0.75, 0.05);
}

TEST(Privacy, ExactMeansEveryElement) {
  const Sets sets;
  SequenceSet near = sets.train;
  near = with_values(near, near.padded().clone());
  near.padded().narrow(0, 0, 100).add_(1e-8);
  near.padded().narrow(0, 100, 300).select(1, 0).add_(1e-5);  // one step
  const MetricResult result = score("copy_rate", sets.train, sets.hold_out, near);
  EXPECT_EQ(result.value, 1);
  EXPECT_EQ(result.detail["exact"], 0.25);
}

TEST(Privacy, CopiesOfHeldOutSequencesPointAtTheSplit) {
  const Sets sets;
  const MetricResult result = score("mia_auc", sets.train, sets.hold_out, sets.hold_out);
  EXPECT_EQ(result.value, 0);
  EXPECT_TRUE(result.detail["splits_suspected"].get<bool>());
  EXPECT_FALSE(score("mia_auc", sets.train, sets.hold_out, sets.fresh)
                   .detail["splits_suspected"]
                   .get<bool>());
}

TEST(Privacy, TrainingCopiesAmongThemselvesAreNotIdentified) {
  // Each training sequence is there twice: no synthetic one can be strictly nearer.
  SequenceSet train = sines(60, 1);
  train = {at::cat({train.padded(), train.padded()}), at::cat({train.lengths, train.lengths})};
  EXPECT_EQ(score("identifiability", train, sines(60, 2), train).value, 0);
  // And both neighbours of a copy are equally near.
  EXPECT_GT(score("nndr", train, sines(60, 2), train).value.value(), 0.99);
}

TEST(Privacy, MoreTrainingThanHeldOutSequences) {
  // Distances to more sequences are smaller: equal numbers of both make the share fair.
  const SequenceSet train = sines(600, 1), hold_out = sines(60, 2), fresh = sines(300, 3);
  EXPECT_NEAR(score("dcr", train, hold_out, fresh).value.value(), 0.5, 0.12);
  EXPECT_NEAR(score("mia_auc", train, hold_out, fresh).value.value(), 0.5, 0.12);
}

TEST(Privacy, UnitsDoNotMatter) {
  const auto changed = [](const SequenceSet& set) {
    return SequenceSet{set.padded() * at::tensor({100.0, 0.01, 1.0}, at::kDouble) + 5, set.lengths};
  };
  for (const MetricRow& one : privacy_rows()) {
    const SequenceSet a = golden_a(), h = golden_h(), b = golden_b();
    const SequenceSet ca = changed(a), ch = changed(h), cb = changed(b);
    EXPECT_NEAR(score(one.name, a, h, b).value.value(), score(one.name, ca, ch, cb).value.value(),
                1e-9)
        << one.name;
  }
}

TEST(Privacy, Guards) {
  const SequenceSet fine = sines(20, 1), other = sines(20, 2);
  SequenceSet flat = fine;
  flat = with_values(flat, at::ones_like(fine.padded()));
  for (const MetricRow& one : privacy_rows()) {
    EXPECT_TRUE(one.needs_train) << one.name;
    EXPECT_EQ(skip_reason(evaluated(one, fine, other)), "needs_train");
    EXPECT_EQ(skip_reason(score(one.name, sines(1, 1), fine, other)), "needs_n_ge_2");
    EXPECT_EQ(skip_reason(score(one.name, flat, fine, other)), "degenerate_reference");
    const MetricResult few = score(one.name, fine, other, sines(3, 3));
    EXPECT_TRUE(few.value.has_value()) << one.name;
    EXPECT_EQ(few.detail["warning"], "few_sequences");
  }
}

TEST(Privacy, OneFeatureOneStepAndDifferentLengths) {
  for (const MetricRow& one : privacy_rows()) {
    EXPECT_TRUE(score(one.name, sines(60, 1, 1, 1), sines(60, 2, 1, 1), sines(60, 3, 1, 1))
                    .value.has_value());
    SequenceSet ragged = sines(60, 1);
    ragged.lengths = at::arange(60, at::kLong).remainder(4) + 5;
    const MetricResult result = score(one.name, ragged, sines(60, 2), ragged);
    EXPECT_TRUE(result.value.has_value()) << one.name;
  }
  SequenceSet ragged = sines(60, 1);
  ragged.lengths = at::arange(60, at::kLong).remainder(4) + 5;
  EXPECT_EQ(score("mia_auc", ragged, sines(60, 2), ragged).value, 1);
}

}  // namespace privacy_test
}  // namespace rnngan
