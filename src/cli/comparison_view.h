// What a person watching a comparison sees.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/compare.h"
#include "cli/arguments.h"
#include "cli/console.h"

namespace rnngan {

class ComparisonView {
 public:
  /// `threads` of each process. The console must outlive the view.
  ComparisonView(Console& console, const Shard& shard, int64_t threads)
      : console_(console), shard_(shard), threads_(threads) {}

  /// Tells of the beginning, every run and what is going on. They refer to the view.
  CompareSinks sinks();

 private:
  void show_start(const CompareStart& start);

  Console& console_;
  Shard shard_;
  int64_t threads_;
  std::vector<MetricId> rank_by_;
  int64_t runs_ = 0, ended_ = 0;
};

/// The leaderboard with its notes, on standard output.
void print_leaderboard(const Leaderboard& board);

/// Throws what failed as one error, with the exit code of the first run that failed. `again`: the
/// command that tries them again.
void throw_failures(const CompareSummary& summary, const std::string& again);
/// Throws Error{output} where all runs are done and their report is not there.
void throw_missing_report(const CompareSummary& summary, const std::string& again);

}  // namespace rnngan
