// What a comparison found, and the same for people and for other programs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "comparison/grid.h"
#include "comparison/plan.h"
#include "comparison/ranking.h"
#include "comparison/relative_tests.h"

namespace rnngan {

/// One score of a variant with each seed.
struct SeedScores {
  SeedValues values;  // as scored
  Summary over_seeds;
  bool tie = false;  // cannot be told from that of the best row
};

struct LeaderboardRow {
  std::string variant, objective;
  nlohmann::json changes;  // over the base
  std::optional<int> rank;
  std::optional<double> mean_rank, rank_sd;
  std::map<MetricId, SeedScores> scores;
  std::optional<double> seconds_per_1000_steps;
  int64_t steps = 0, discriminator_steps = 0;
  int64_t generator_parameters = 0, discriminator_parameters = 0;
  std::vector<PlacedRun> runs;  // by seed

  int64_t finished() const;
  /// Empty for a score that it does not have.
  const SeedScores& score(const MetricId& metric) const;
};

/// The best row against another one.
struct RowDifference {
  std::string a, b;  // variants
  MetricId metric;
  PairedDifference difference;
};

struct Leaderboard {
  std::string title, base, data, command, version;  // as in the plan
  std::string split = "test";                       // likewise
  int64_t train_sequences = 0, test_sequences = 0, steps = 0;
  std::vector<uint64_t> seeds;
  std::vector<MetricId> rank_by, metrics;
  bool complete = false;
  std::vector<std::string> notes;
  std::map<MetricId, SeedScores> floor, ceiling;
  std::vector<LeaderboardRow> rows;  // the best first
  std::vector<RowDifference> paired;
  std::optional<std::vector<RelativeTest>> relative_tests;  // none: the samples were not compared
};

/// Ranks the variants; a value better than its floor counts as the floor there.
Leaderboard make_leaderboard(const Plan& plan, const RunGrid& runs);

/// leaderboard.json: the members by their names, "sequences": {"train", "test"}, "directions" of
/// the metrics, and "cmp_rmmd": the relative tests.
nlohmann::ordered_json to_json(const Leaderboard& board);

/// A page with the table, floor, ceiling and notes.
std::string leaderboard_markdown(const Leaderboard& board);

/// The table alone, for a terminal.
std::string leaderboard_table(const Leaderboard& board);

/// "variant,seed,metric,value,std,floor,ceiling,norm,status,reason": a line per variant, seed and
/// score.
std::string leaderboard_csv(const Plan& plan, const RunGrid& runs);

}  // namespace rnngan
