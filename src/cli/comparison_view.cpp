#include "cli/comparison_view.h"

#include <csignal>

#include <fmt/format.h>

#include "cli/signals.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

std::string outcome_text(const std::vector<MetricId>& rank_by, const RunResult& result) {
  if (result.status != RunStatus::ok) return to_string(result.status) + ": " + result.reason;
  std::vector<std::string> scores;
  for (const MetricId& metric : rank_by) {
    const auto value = result.value(metric);
    scores.push_back(metric.name() + " " + (value ? fmt::format("{:.3g}", *value) : "-"));
  }
  return join(scores, "  ");
}

std::string progress_text(const Progress& progress) {
  std::vector<std::string> running;
  for (const auto& run : progress.running) {
    running.push_back(run.stage == "training"
                          ? fmt::format("{} {}/{}", run.name, run.step, run.steps)
                          : run.name + " " + run.stage);
  }
  return fmt::format("runs {}/{}  eta {}  {}", progress.done, progress.total,
                     progress.seconds_left < 0 ? "?" : duration(progress.seconds_left),
                     join(running, "  "));
}

}  // namespace

void ComparisonView::show_start(const CompareStart& start) {
  install_signal_handlers();
  const Plan& plan = start.plan;
  rank_by_ = plan.rank_by;
  runs_ = start.runs;
  ended_ = 0;
  console_.line(
      "data", fmt::format("{}: {} train, {} {} sequences", plan.data, grouped(plan.train_sequences),
                          grouped(plan.test_sequences), plan.split));
  console_.line(
      "compare",
      fmt::format("{} variants x {} seeds = {} runs of {} steps{}", plan.variants.size(),
                  plan.seeds.size(), plan.variants.size() * plan.seeds.size(), grouped(plan.steps),
                  shard_.count == 1 ? ""
                                    : fmt::format("; {} of them here (shard {}/{})", start.runs,
                                                  shard_.index, shard_.count)));
  console_.line("scores", fmt::format("{}; ranked by {}", join(names_of(plan.metrics)),
                                      join(names_of(plan.rank_by))));
  console_.line("jobs", fmt::format("{} at a time, {} {} each", start.jobs, threads_,
                                    threads_ == 1 ? "thread" : "threads"));
  console_.line("out", start.out.string());
}

CompareSinks ComparisonView::sinks() {
  CompareSinks sinks;
  sinks.stop = &stop_flag();
  sinks.on_start = [this](const CompareStart& start) { show_start(start); };
  sinks.on_result = [this](const std::string& name, const RunResult& result, bool kept) {
    console_.line("run", fmt::format("{}/{}  {}  {}{}", ++ended_, runs_, name,
                                     outcome_text(rank_by_, result), kept ? "  (kept)" : ""));
  };
  sinks.on_progress = [this](const Progress& progress) {
    console_.status(progress_text(progress));
  };
  sinks.on_samples = [this] {
    console_.clear_progress();
    console_.status("comparing the samples of all runs");
  };
  return sinks;
}

void print_leaderboard(const Leaderboard& board) {
  print_out("\n{}\n", leaderboard_table(board));
  for (const std::string& note : board.notes) print_out("{}\n", note);
  print_out("\n");
}

void throw_failures(const CompareSummary& summary, const std::string& again) {
  if (summary.failed.empty()) return;
  std::vector<Problem> problems;
  for (const FailedRun& run : summary.failed) {
    problems.push_back({run.name, "failed: " + run.reason,
                        "its log: " + run.log.string() + "; try again: " + again});
  }
  const int code = summary.failed.front().code;
  const bool known =
      code > static_cast<int>(ErrorKind::bug) && code <= static_cast<int>(ErrorKind::device);
  // From outside: by a user, or by a system that is out of memory.
  const bool killed = code == -SIGKILL || code == -SIGTERM;
  const ErrorKind other = killed ? ErrorKind::output : ErrorKind::bug;
  throw Error(known ? static_cast<ErrorKind>(code) : other, std::move(problems));
}

void throw_missing_report(const CompareSummary& summary, const std::string& again) {
  if (!summary.report.empty()) return;
  const bool tested = summary.leaderboard.relative_tests.has_value();
  throw Error(
      ErrorKind::output, (summary.out / "report.html").string(),
      fmt::format("cannot be made{}: {}", tested ? "" : ", nor cmp_rmmd", summary.no_report),
      "the leaderboard is complete; try again: " + again);
}

}  // namespace rnngan
