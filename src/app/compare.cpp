#include "app/compare.h"

#include <algorithm>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "comparison/folder.h"
#include "comparison/plan_file.h"
#include "config/config.h"
#include "core/error.h"
#include "core/file.h"
#include "data/dataset.h"
#include "objective/objective.h"
#include "report/comparison_report.h"
#include "training/device.h"
#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// A resumed comparison has not read its data: they must be what they were.
void require_same_data(const Plan& plan) {
  if (sha256_file(plan.data, ErrorKind::data) == plan.data_hash) return;
  throw Error(ErrorKind::data, plan.data, "is not the file that the comparison was begun with",
              "give the same file, or start a new comparison");
}

/// The plan and the folder that it is made in.
struct Task {
  Plan plan;
  fs::path out;
};

Task task_of(const CompareRequest& request) {
  if (!request.resume.empty()) {
    Task task{read_folder_plan(request.resume), request.resume};
    require_same_data(task.plan);
    return task;
  }
  Task task;
  task.plan =
      read_plan({request.config, request.sets, request.seeds, request.document}, catalogs());
  task.plan.command = request.command;
  task.out = request.out.empty() ? default_run_path("compare", request.config.stem().string())
                                 : request.out;
  return task;
}

void check_request(const CompareRequest& request) {
  if (request.processes.program.empty()) {
    throw Error(ErrorKind::usage, "processes.program", "is empty",
                "each run is a process of rnngan: name that program");
  }
  if (request.processes.threads < 1) {
    throw Error(ErrorKind::usage, "processes.threads",
                fmt::format("{} is less than 1", request.processes.threads));
  }
}

int64_t jobs_of(const CompareRequest& request, size_t runs) {
  const int64_t cores = std::max<int64_t>(1, std::thread::hardware_concurrency());
  const int64_t wanted = request.jobs > 0 ? request.jobs : cores / request.processes.threads;
  return std::clamp<int64_t>(wanted, 1, std::max<int64_t>(1, static_cast<int64_t>(runs)));
}

/// What the runs made, beside what they were to make.
struct ComparedSequences {
  SequenceSet real;  // the split that is scored against
  RunSamples samples;
};

ComparedSequences compared_sequences(const Plan& plan, const RunGrid& runs, const fs::path& out) {
  const RunConfig config = resolve_config(plan.variants.front().config, {}, catalogs(),
                                          (out / "comparison.json").string())
                               .config;
  const Dataset data = load_dataset(config.data);
  SequenceSet real = unshared(scored_split(plan, data));
  RunSamples samples = read_run_samples(runs, out, config.data, real);
  return {std::move(real), std::move(samples)};
}

std::string page_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                    const CompareRequest& request, const fs::path& out) {
  ComparisonReport report;
  if (request.first_sections) report.first = request.first_sections(leaderboard);
  report.leaderboard = leaderboard;
  report.directory = out;
  report.real = compared.real;
  for (const LeaderboardRow& row : leaderboard.rows) {
    for (const PlacedRun& run : row.runs) {  // of the first run that has some
      const auto samples = compared.samples.find(run.directory);
      if (samples != compared.samples.end()) {
        report.synthetic.emplace(row.variant, samples->second);
      }
    }
  }
  return comparison_report(report);
}

void write_results(const Plan& plan, RunGrid grid, const CompareRequest& request,
                   const CompareSinks& sinks, CompareSummary& summary) {
  const fs::path& out = summary.out;
  Leaderboard& board = summary.leaderboard;
  share_bounds(plan, grid);
  board = make_leaderboard(plan, grid);
  if (sinks.on_samples) sinks.on_samples();
  try {
    const ComparedSequences compared = compared_sequences(plan, grid, out);
    board.relative_tests = relative_tests(board.rows, compared.real, compared.samples);
    write_file(out / "report.html", page_of(compared, board, request, out));
    summary.report = out / "report.html";
  } catch (const std::exception& error) {  // the ranks do not depend on it
    summary.no_report = as_error(error).what();
  }
  write_file(out / "leaderboard.json", to_json(board).dump(2) + "\n");
  write_file(out / "leaderboard.md", leaderboard_markdown(board));
  write_file(out / "leaderboard.csv", leaderboard_csv(plan, grid));
}

CompareSummary merge(const CompareRequest& request, const CompareSinks& sinks) {
  const Plan plan = common_plan(request.merge);
  const auto folder = ComparisonFolder::open(request.out, plan);
  RunGrid grid = read_runs(plan, folder.path());
  for (const auto& part : request.merge) merge_runs(plan, part, folder.path(), grid);
  CompareSummary summary;
  summary.out = folder.path();
  write_results(plan, std::move(grid), request, sinks, summary);
  return summary;
}

RunHooks hooks_of(const Plan& plan, const CompareSinks& sinks, int64_t& done) {
  RunHooks hooks;
  hooks.stop = sinks.stop;
  hooks.on_progress = sinks.on_progress;
  hooks.on_result = [&](const RunKey& key, const RunResult& result, bool kept) {
    ++done;
    if (sinks.on_result) sinks.on_result(run_name(plan, key), result, kept);
  };
  return hooks;
}

}  // namespace

CompareSummary compare(const CompareRequest& request, const CompareSinks& sinks) {
  if (!request.merge.empty()) return merge(request, sinks);
  check_request(request);
  if (!request.processes.device.empty()) resolve_device(request.processes.device);
  const Task task = task_of(request);
  const Plan& plan = task.plan;
  const auto folder = ComparisonFolder::open(task.out, plan);
  const std::vector<RunKey> keys = runs_of(plan, request.shard);
  const int64_t jobs = jobs_of(request, keys.size());
  CompareSummary summary;
  summary.out = task.out;
  summary.runs = static_cast<int64_t>(keys.size());
  if (sinks.on_start) sinks.on_start({plan, task.out, summary.runs, jobs});
  const auto results =
      make_runs(plan, folder, keys, jobs, request.processes, hooks_of(plan, sinks, summary.done));
  if (sinks.stop != nullptr && sinks.stop->requested()) {
    summary.signal = sinks.stop->signal();
    return summary;
  }
  RunGrid grid = read_runs(plan, folder.path());
  for (size_t i = 0; i < keys.size(); ++i) {  // what could not be written to disk, too
    grid[keys[i].variant][keys[i].seed].result = results[i];
    if (results[i].status != RunStatus::failed) continue;
    summary.failed.push_back({run_name(plan, keys[i]), results[i].reason, results[i].code,
                              folder.run(plan, keys[i]).log});
  }
  write_results(plan, std::move(grid), request, sinks, summary);
  return summary;
}

}  // namespace rnngan
