#include "comparison/relative_tests.h"

#include <utility>

#include "comparison/leaderboard.h"
#include "data/data_file.h"
#include "evaluation/cmp_rmmd.h"

namespace rnngan {

RunSamples read_run_samples(const RunGrid& runs, const std::filesystem::path& folder,
                            DataConfig data, const SequenceSet& real) {
  constexpr int64_t kAnyWindow = 24;  // samples are several sequences, not cut into windows
  RunSamples samples;
  for (const auto& row : runs) {
    for (const PlacedRun& run : row) {
      data.path = (folder / run.directory / "samples.csv").string();
      if (!std::filesystem::exists(data.path)) continue;
      DataFile file = read_data_file(data, {.progress = {}, .samples = true, .like = &real});
      const SequenceSet sequences =
          scored_sequences(std::move(file), data, kAnyWindow, /*samples=*/true);
      samples.emplace(run.directory, in_terms_of(sequences, real, data.path));
    }
  }
  return samples;
}

namespace {

RelativeTest relative_test(const LeaderboardRow& a, const LeaderboardRow& b, bool differenced,
                           const SequenceSet& real, const RunSamples& samples) {
  RelativeTest test{a.variant, b.variant, cmp_rmmd_id(differenced).name()};
  for (size_t seed = 0; seed < a.runs.size(); ++seed) {
    const auto of_a = samples.find(a.runs[seed].directory),
               of_b = samples.find(b.runs[seed].directory);
    test.p.emplace_back();
    if (of_a == samples.end() || of_b == samples.end()) continue;
    const RmmdComparison found = compare_by_rmmd(real, of_a->second, of_b->second, differenced);
    if (!found.reason.empty()) continue;
    test.p.back() = found.p;
    test.a_closer += found.closer == CloserModel::a ? 1 : 0;
    test.b_closer += found.closer == CloserModel::b ? 1 : 0;
  }
  return test;
}

}  // namespace

std::vector<RelativeTest> relative_tests(const std::vector<LeaderboardRow>& rows,
                                         const SequenceSet& real, const RunSamples& samples) {
  std::vector<RelativeTest> tests;
  for (size_t other = 1; other < rows.size(); ++other) {
    for (const bool differenced : {false, true}) {
      tests.push_back(relative_test(rows[0], rows[other], differenced, real, samples));
    }
  }
  return tests;
}

}  // namespace rnngan
