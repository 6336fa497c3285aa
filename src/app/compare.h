// A comparison as one call: variants x seeds trained and scored, a leaderboard, a page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "comparison/leaderboard.h"
#include "comparison/runs.h"
#include "report/html.h"

namespace rnngan {

/// One of `config`, `resume` and `merge`.
struct CompareRequest {
  std::filesystem::path config = {};    // comparison file
  nlohmann::json document = {};         // in place of what it holds; null: what it holds
  std::vector<std::string> sets = {};   // "path=value", over its base
  std::vector<uint64_t> seeds = {};     // in place of the file's
  std::filesystem::path out = {};       // empty: runs/compare-CONFIG-N
  std::filesystem::path resume = {};    // the directory of a comparison: goes on with it
  std::vector<std::string> merge = {};  // directories of parts: one leaderboard, in `out`
  Shard shard = {};                     // makes only this part of the runs
  int64_t jobs = 0;                     // runs at a time; 0: as many as there are cores for
  JobOptions processes = {};            // each run is one; `program`: the path of rnngan
  std::string command = {};             // how it was called, for the records
  /// What the report says before its leaderboard; may be empty.
  std::function<std::vector<html::Section>(const Leaderboard&)> first_sections = {};
};

/// What is known of a comparison before its first run.
struct CompareStart {
  const Plan& plan;
  std::filesystem::path out;
  int64_t runs = 0, jobs = 0;  // to be made here; at a time
};

/// How a comparison tells of itself; every member may be left empty.
struct CompareSinks {
  const StopFlag* stop = nullptr;
  std::function<void(const CompareStart& start)> on_start;
  /// A run has come to its end, `kept` if it was finished before.
  std::function<void(const std::string& name, const RunResult& result, bool kept)> on_result;
  /// About every fifth of a second.
  std::function<void(const Progress& progress)> on_progress;
  /// All runs are there; their samples are being compared.
  std::function<void()> on_samples;
};

/// A run that failed: it is tried again when the comparison is continued.
struct FailedRun {
  std::string name;
  std::string reason;
  int code = 0;
  std::filesystem::path log;
};

/// How a comparison ended.
struct CompareSummary {
  std::filesystem::path out;
  int64_t done = 0, runs = 0;  // of those that were to be made here
  int signal = 0;              // what ended it early: then there is no leaderboard
  Leaderboard leaderboard;     // as in leaderboard.json
  std::vector<FailedRun> failed;
  std::filesystem::path report;  // empty where there is none
  std::string no_report;         // why
};

/// Makes or continues a comparison: every run in a process of its own, `jobs` at a time. Writes
/// leaderboard.json, .md and .csv, and report.html where the samples can be read. Everything that
/// can be refused is refused before anything is written. Throws Error{config, data, output}.
CompareSummary compare(const CompareRequest& request, const CompareSinks& sinks = {});

}  // namespace rnngan
