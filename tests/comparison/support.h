// Small plans and results, and a folder that is gone after the test.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "comparison/leaderboard.h"
#include "comparison/plan.h"
#include "comparison/results.h"
#include "temporary_folder.h"

namespace rnngan::comparison_testing {

namespace fs = std::filesystem;

using testing_files::read_text;
using testing_files::TemporaryFolder;
using testing_files::write_text;

/// Runs of 20 steps, scored by mmd2 and coverage.
inline Plan small_plan(const std::vector<std::string>& variants,
                       const std::vector<uint64_t>& seeds) {
  Plan plan;
  plan.title = "small";
  plan.base = "base.json";
  plan.data = "sines.csv";
  plan.data_hash = "abc";
  plan.train_sequences = 1200;
  plan.test_sequences = 100;
  plan.steps = 20;
  plan.seeds = seeds;
  plan.metrics = {find_metric("mmd2").value(), find_metric("coverage").value()};
  plan.rank_by = plan.metrics;
  plan.command = "rnngan compare --config small.json";
  plan.version = "rnngan 0.0.0";
  for (const auto& name : variants) {
    Variant variant;
    variant.name = name;
    variant.objective = name + " + r1";
    variant.changes = {{"objective", name}};
    variant.config = {{"train", {{"steps", 20}, {"threads", 0}, {"device", "auto"}}}};
    variant.generator_parameters = 100;
    variant.discriminator_parameters = 2000;
    plan.variants.push_back(variant);
  }
  return plan;
}

inline Score one_score(const std::string& metric, double value, double floor) {
  Score score;
  score.metric = find_metric(metric).value();
  score.result.value = score.common_value = value;
  score.floor = floor;
  score.ceiling = 1.0;
  score.real_count = score.synthetic_count = score.common_count = 100;
  return score;
}

/// A scored run.
inline RunResult scored(double mmd2, double coverage, double floor = 0.01) {
  RunResult result;
  result.status = RunStatus::ok;
  result.scores = {one_score("mmd2", mmd2, floor), one_score("coverage", coverage, 0.9)};
  result.steps = 20;
  result.discriminator_steps = 40;
  result.seconds = 0.5;
  result.steps_per_second = 40;
  return result;
}

inline RunResult without_scores(RunStatus status, const std::string& reason) {
  RunResult result;
  result.status = status;
  result.reason = reason;
  result.code = status == RunStatus::diverged ? 7 : 6;
  return result;
}

}  // namespace rnngan::comparison_testing
