#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "comparison/folder.h"
#include "comparison/grid.h"
#include "comparison/leaderboard.h"
#include "comparison/plan_file.h"
#include "comparison/relative_tests.h"
#include "comparison/runs.h"
#include "core/file.h"
#include "core/text.h"
#include "objective/objective.h"
#include "training/device.h"
#include "training/run_directory.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;

void check_arguments(const CompareArguments& arguments) {
  const auto refuse = [](const std::string& fact, const std::string& hint) {
    throw Error(ErrorKind::usage, "", fact, hint);
  };
  const int sources = (arguments.config.empty() ? 0 : 1) + (arguments.resume.empty() ? 0 : 1) +
                      (arguments.merge.empty() ? 0 : 1);
  if (sources == 0) {
    refuse("--config is required",
           "rnngan compare --config configs/compare/quick.json, or --resume DIRECTORY");
  }
  if (sources > 1) {
    refuse("--config, --resume and --merge exclude each other",
           "the plan is that of the file, or of the directories");
  }
  if (arguments.config.empty() && (!arguments.sets.empty() || !arguments.seeds.empty())) {
    refuse("--set and --seeds need --config", "a comparison that exists keeps its plan");
  }
  if (!arguments.resume.empty() && !arguments.out.empty()) {
    refuse("--out and --resume exclude each other", "a comparison stays in its directory");
  }
  if (!arguments.merge.empty() && arguments.out.empty()) {
    refuse("--merge needs --out", "name the directory for the whole leaderboard");
  }
}

/// The command line that makes this comparison, for the records.
std::string command_line(const CompareArguments& arguments) {
  std::string text = "rnngan compare --config " + arguments.config;
  for (const auto& set : arguments.sets) text += " --set '" + set + "'";
  std::vector<std::string> seeds;
  for (const uint64_t seed : arguments.seeds) seeds.push_back(std::to_string(seed));
  if (!seeds.empty()) text += " --seeds " + join(seeds, ",");
  return text;
}

Shard shard_of(const std::string& text) {
  if (text.empty()) return {};
  const size_t slash = text.find('/');
  const auto index = parse_double(text.substr(0, slash));
  const auto count = parse_double(slash == std::string::npos ? "" : text.substr(slash + 1));
  const auto whole = [](double value) {
    return value >= 1 && value < 1e6 && value == int64_t(value);
  };
  if (!index || !count || !whole(*index) || !whole(*count) || *index > *count) {
    throw Error(ErrorKind::usage, "--shard " + text, "is not I/N with I from 1 to N",
                "write --shard 1/2 on one machine and --shard 2/2 on the other");
  }
  return {static_cast<int64_t>(*index), static_cast<int64_t>(*count)};
}

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

Task task_of(const CompareArguments& arguments) {
  if (!arguments.resume.empty()) {
    Task task{read_folder_plan(arguments.resume), arguments.resume};
    require_same_data(task.plan);
    return task;
  }
  Task task;
  task.plan = read_plan({arguments.config, arguments.sets, arguments.seeds}, catalogs());
  task.plan.command = command_line(arguments);
  task.out = arguments.out.empty()
                 ? default_run_path("compare", fs::path(arguments.config).stem().string())
                 : fs::path(arguments.out);
  return task;
}

int64_t cores() {
  return std::max<int64_t>(1, std::thread::hardware_concurrency());
}

int64_t jobs_of(const CompareArguments& arguments, int64_t threads, size_t runs) {
  const int64_t wanted = arguments.jobs > 0 ? arguments.jobs : cores() / threads;
  return std::clamp<int64_t>(wanted, 1, std::max<int64_t>(1, static_cast<int64_t>(runs)));
}

void announce(Console& console, const Task& task, const Shard& shard, size_t runs, int64_t jobs,
              int64_t threads) {
  const Plan& plan = task.plan;
  console.line("data", fmt::format("{}: {} train, {} test sequences", plan.data,
                                   grouped(plan.train_sequences), grouped(plan.test_sequences)));
  console.line(
      "compare",
      fmt::format("{} variants x {} seeds = {} runs of {} steps{}", plan.variants.size(),
                  plan.seeds.size(), plan.variants.size() * plan.seeds.size(), grouped(plan.steps),
                  shard.count == 1 ? ""
                                   : fmt::format("; {} of them here (shard {}/{})", runs,
                                                 shard.index, shard.count)));
  console.line("scores", fmt::format("{}; ranked by {}", join(names_of(plan.metrics)),
                                     join(names_of(plan.rank_by))));
  console.line("jobs", fmt::format("{} at a time, {} {} each", jobs, threads,
                                   threads == 1 ? "thread" : "threads"));
  console.line("out", task.out.string());
}

std::string outcome_text(const Plan& plan, const RunResult& result) {
  if (result.status != RunStatus::ok) return to_string(result.status) + ": " + result.reason;
  std::vector<std::string> scores;
  for (const MetricId& metric : plan.rank_by) {
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

RunHooks make_hooks(Console& console, const Plan& plan, size_t total, const StopFlag& stop,
                    int64_t& ended) {
  RunHooks hooks;
  hooks.stop = &stop;
  hooks.on_result = [&console, &plan, &ended, total](const RunKey& key, const RunResult& result,
                                                     bool kept) {
    const std::string text = fmt::format("{}/{}  {}  {}{}", ++ended, total, run_name(plan, key),
                                         outcome_text(plan, result), kept ? "  (kept)" : "");
    console.line("run", text);
  };
  hooks.on_progress = [&console](const Progress& progress) {
    console.status(progress_text(progress));
  };
  return hooks;
}

void write_leaderboard(Console& console, const Plan& plan, RunGrid& grid, const fs::path& out,
                       bool quiet) {
  share_bounds(plan, grid);
  Leaderboard board = make_leaderboard(plan, grid);
  std::optional<ComparedSequences> compared;
  try {
    console.status("comparing the samples of all runs");
    compared = compared_sequences(plan, grid, out);
    board.relative_tests = relative_tests(board.rows, compared->real, compared->samples);
  } catch (const std::exception& error) {  // the ranks do not depend on it
    console.line("warning", fmt::format("no report.html and no cmp_rmmd: {}", error.what()));
  }
  write_file(out / "leaderboard.json", to_json(board).dump(2) + "\n");
  write_file(out / "leaderboard.md", leaderboard_markdown(board));
  write_file(out / "leaderboard.csv", leaderboard_csv(plan, grid));
  if (compared) write_report_of(*compared, board, out, console);
  if (quiet) return;
  console.clear_progress();
  print_out("\n{}\n", leaderboard_table(board));
  for (const std::string& note : board.notes) print_out("{}\n", note);
  print_out("\n");
  console.line("done", fmt::format("{}", (out / "leaderboard.md").string()));
}

/// What failed, as one error; its exit code is that of the first run that failed.
void throw_failures(const Plan& plan, const std::vector<RunKey>& keys,
                    const std::vector<RunResult>& results, const fs::path& out) {
  std::vector<Problem> problems;
  auto kind = ErrorKind::bug;
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].status != RunStatus::failed) continue;
    const int code = results[i].code;
    if (problems.empty() && code > static_cast<int>(ErrorKind::bug) &&
        code <= static_cast<int>(ErrorKind::device)) {
      kind = static_cast<ErrorKind>(code);
    }
    problems.push_back({run_name(plan, keys[i]), "failed: " + results[i].reason,
                        "its log: " + (out / "logs" / (run_name(plan, keys[i]) + ".log")).string() +
                            "; try again: rnngan compare --resume " + out.string()});
  }
  if (!problems.empty()) throw Error(kind, std::move(problems));
}

int merge(const CompareArguments& arguments) {
  Console console(stdout, arguments.common);
  const Plan plan = common_plan(arguments.merge);
  const auto folder = ComparisonFolder::open(arguments.out, plan);
  RunGrid grid = read_runs(plan, folder.path());
  for (const auto& part : arguments.merge) merge_runs(plan, part, folder.path(), grid);
  write_leaderboard(console, plan, grid, folder.path(), arguments.common.quiet);
  return 0;
}

}  // namespace

int compare_verb(const CompareArguments& arguments) {
  check_arguments(arguments);
  const Shard shard = shard_of(arguments.shard);
  if (!arguments.merge.empty()) return merge(arguments);
  if (!arguments.common.device.empty()) resolve_device(arguments.common.device);
  Console console(stdout, arguments.common);
  console.status("checking  " + arguments.config);
  const Task task = task_of(arguments);
  const Plan& plan = task.plan;
  const StopFlag& stop = install_signal_handlers();
  std::signal(SIGPIPE, SIG_IGN);  // a comparison outlives whoever reads its progress
  const auto folder = ComparisonFolder::open(task.out, plan);
  const auto keys = runs_of(plan, shard);
  const JobOptions options{own_program(), std::max<int64_t>(1, arguments.common.threads),
                           arguments.common.device};
  const int64_t jobs = jobs_of(arguments, options.threads, keys.size());
  announce(console, task, shard, keys.size(), jobs, options.threads);

  int64_t ended = 0;
  const auto results = make_runs(plan, folder, keys, jobs, options,
                                 make_hooks(console, plan, keys.size(), stop, ended));
  console.clear_progress();
  if (stop.requested()) {
    console.line("stopped", fmt::format("{} of {} runs are done", ended, keys.size()));
    std::vector<std::string> words = {"rnngan", "compare", "--resume", task.out.string()};
    if (shard.count > 1) words.insert(words.end(), {"--shard", arguments.shard});
    console.line("next", shell_words(words));
    return 128 + stop.signal();
  }
  RunGrid grid = read_runs(plan, folder.path());
  for (size_t i = 0; i < keys.size(); ++i) {  // what could not be written to disk, too
    grid[keys[i].variant][keys[i].seed].result = results[i];
  }
  write_leaderboard(console, plan, grid, folder.path(), arguments.common.quiet);
  throw_failures(plan, keys, results, folder.path());
  return 0;
}

}  // namespace rnngan
