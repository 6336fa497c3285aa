// The report of a comparison: a page of HTML that loads nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "comparison/leaderboard.h"
#include "evaluation/sequences.h"
#include "report/html.h"

namespace rnngan {

struct ComparisonReport {
  Leaderboard leaderboard;
  std::filesystem::path directory;   // holds runs/VARIANT-SEED/metrics.jsonl and comparison.json
  SequenceSet real;                  // has the names of the features
  std::vector<html::Section> first;  // what stands before the leaderboard
  std::map<std::string, SequenceSet> synthetic;  // by variant, first finished seed; may lack some
};

std::string comparison_report(const ComparisonReport& report);

}  // namespace rnngan
