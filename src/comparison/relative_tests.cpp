#include "comparison/relative_tests.h"

#include <string>
#include <vector>

#include "data/data_file.h"
#include "evaluation/cmp_rmmd.h"

namespace rnngan {

using nlohmann::json;
using nlohmann::ordered_json;

RunSamples read_run_samples(const json& leaderboard, const std::filesystem::path& folder,
                            const SequenceSet& real) {
  constexpr int64_t kAnyWindow = 24;  // samples are several sequences, not cut into windows
  RunSamples samples;
  for (const json& row : leaderboard.at("rows")) {
    for (const json& run : row.at("runs")) {
      DataConfig config;
      config.path = (folder / run.get<std::string>() / "samples.csv").string();
      if (!std::filesystem::exists(config.path)) continue;
      const SequenceSet file = read_sequences(config, kAnyWindow, /*keep_invalid=*/true);
      samples.emplace(run, in_terms_of(file, real, config.path));
    }
  }
  return samples;
}

namespace {

ordered_json relative_test(const json& a, const json& b, bool differenced, const SequenceSet& real,
                           const RunSamples& samples) {
  ordered_json test = {{"a", a.at("variant")},
                       {"b", b.at("variant")},
                       {"metric", differenced ? "cmp_rmmd_d1" : "cmp_rmmd"},
                       {"p", ordered_json::array()}};
  int64_t a_closer = 0, b_closer = 0;
  for (size_t seed = 0; seed < a.at("runs").size(); ++seed) {
    const auto of_a = samples.find(a.at("runs")[seed]), of_b = samples.find(b.at("runs")[seed]);
    test["p"].push_back(nullptr);
    if (of_a == samples.end() || of_b == samples.end()) continue;
    const RmmdComparison found = compare_by_rmmd(real, of_a->second, of_b->second, differenced);
    if (!found.reason.empty()) continue;
    test["p"].back() = found.p;
    a_closer += found.closer == CloserModel::a ? 1 : 0;
    b_closer += found.closer == CloserModel::b ? 1 : 0;
  }
  test["a_closer"] = a_closer;
  test["b_closer"] = b_closer;
  return test;
}

}  // namespace

ordered_json relative_tests(const json& leaderboard, const SequenceSet& real,
                            const RunSamples& samples) {
  ordered_json tests = ordered_json::array();
  const json& rows = leaderboard.at("rows");
  for (size_t other = 1; other < rows.size(); ++other) {
    for (const bool differenced : {false, true}) {
      tests.push_back(relative_test(rows[0], rows[other], differenced, real, samples));
    }
  }
  return tests;
}

}  // namespace rnngan
