// Whatever goes wrong with samples, some score of the group `default` sees it, the more the worse
// it is. scripts/degradations.sh makes the whole table.
#include <algorithm>

#include <gtest/gtest.h>

#include "evaluation/degradation_bench.h"

namespace rnngan {
namespace degradations_test {

constexpr double kSeen = 5;  // standard deviations of chance

const DegradationBench& bench() {
  // Those of `default` that are not trained networks.
  static const DegradationBench all(
      200,
      {"marginal_w1", "marginal_w1_d1", "marginal_ks", "lmoments", "lmoments_d1", "acf", "acf_d1",
       "xcorr", "mmd2", "mmd2_d1", "ed_energy", "ed_energy_d1", "prdc", "copy_rate", "c2st"},
      10, 1);
  return all;
}

TEST(Degradations, AreSeenTheMoreTheWorse) {
  for (const Degradation& degradation : all_degradations()) {
    SCOPED_TRACE(degradation.name);
    std::vector<ScoreMap> rising;
    for (const double strength : degradation.strengths) {
      rising.push_back(bench().worse_by(degradation, strength));
    }
    const auto best = std::ranges::max_element(rising.back(), {}, &ScoreMap::value_type::second);
    EXPECT_GT(best->second, kSeen) << best->first << " is the best";
    for (size_t i = 1; i < rising.size(); ++i) {
      const double before = rising[i - 1].at(best->first), after = rising[i].at(best->first);
      EXPECT_GT(after, before - 1) << best->first << " at " << degradation.strengths[i];
    }
  }
}

// The blind spots that the classifier on features is there for.
TEST(Degradations, OfExactValuesAndLabelsAreSeenByFeatures) {
  for (const Degradation& degradation : all_degradations()) {
    const bool exact = degradation.name == "zeros moved" || degradation.name == "ties broken" ||
                       degradation.name == "labels shuffled" || degradation.name == "rule broken";
    if (!exact) continue;
    const ScoreMap moved = bench().worse_by(degradation, 1);
    EXPECT_GT(moved.at("c2st"), kSeen) << degradation.name;
  }
}

TEST(Degradations, OfCopiesAreSeenByTheCopyRateAlone) {
  for (const Degradation& degradation : all_degradations()) {
    if (degradation.name != "copies") continue;
    for (const auto& [id, by] : bench().worse_by(degradation, 1)) {
      EXPECT_EQ(by > kSeen, id == "copy_rate") << id;
    }
  }
}

}  // namespace degradations_test
}  // namespace rnngan
