#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/compare.h"
#include "app/run_variant.h"
#include "cli/comparison_view.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/training_view.h"
#include "cli/verbs.h"
#include "comparison/folder.h"
#include "core/text.h"

namespace rnngan {

namespace {

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
  std::vector<std::string> words = {"rnngan", "compare", "--config", arguments.config};
  for (const auto& set : arguments.sets) words.insert(words.end(), {"--set", set});
  std::vector<std::string> seeds;
  for (const uint64_t seed : arguments.seeds) seeds.push_back(std::to_string(seed));
  if (!seeds.empty()) words.insert(words.end(), {"--seeds", join(seeds, ",")});
  return shell_words(words);
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

CompareRequest request_of(const CompareArguments& arguments, const Shard& shard) {
  CompareRequest request;
  request.config = arguments.config;
  request.sets = arguments.sets;
  request.seeds = arguments.seeds;
  request.out = arguments.out;
  request.resume = arguments.resume;
  request.merge = arguments.merge;
  request.shard = shard;
  request.jobs = arguments.jobs;
  request.processes = {own_program(), std::max<int64_t>(1, arguments.common.threads),
                       arguments.common.device};
  request.command = command_line(arguments);
  return request;
}

void show_end(Console& console, const CompareSummary& summary, const CompareArguments& arguments) {
  console.clear_progress();
  if (!summary.report.empty()) console.line("report", summary.report.string());
  if (arguments.json) {
    print_out("{}\n", to_json(summary.leaderboard).dump(2));
    return;
  }
  if (arguments.common.quiet) return;
  print_leaderboard(summary.leaderboard);
  console.line("done", (summary.out / "leaderboard.md").string());
}

int show_stop(Console& console, const CompareSummary& summary, const std::string& shard) {
  console.clear_progress();
  console.line("stopped", fmt::format("{} of {} runs are done", summary.done, summary.runs));
  std::vector<std::string> words = {"rnngan", "compare", "--resume", summary.out.string()};
  if (!shard.empty()) words.insert(words.end(), {"--shard", shard});
  console.line("next", shell_words(words));
  return 128 + summary.signal;
}

/// The process of one run.
int make_run(const CompareArguments& arguments) {
  const Plan plan = read_folder_plan(arguments.out);
  const auto key = find_run(plan, arguments.run);
  if (!key) throw Error(ErrorKind::usage, "--run " + arguments.run, "is not among the runs");
  TrainingView view(arguments.common);
  const int64_t threads = use_all_threads(std::max<int64_t>(1, arguments.common.threads));
  const StopFlag& stop = install_signal_handlers();
  run_variant(plan, *key, run_paths(arguments.out, plan, *key),
              {threads, arguments.common.device, !arguments.no_bounds,
               [&](const RunSummary& run) { view.show_end(run); }},
              view.sinks());
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace

int compare_verb(const CompareArguments& arguments) {
  if (!arguments.run.empty()) return make_run(arguments);
  check_arguments(arguments);
  const CompareRequest request = request_of(arguments, shard_of(arguments.shard));
  Console console(arguments.json ? stderr : stdout, arguments.common);
  console.status("checking  " + arguments.config);
  ComparisonView view(console, request.shard, request.processes.threads);
  const CompareSummary summary = compare(request, view.sinks());
  if (summary.signal != 0) return show_stop(console, summary, arguments.shard);
  show_end(console, summary, arguments);
  const std::string again = shell_words({"rnngan", "compare", "--resume", summary.out.string()});
  throw_failures(summary, again);
  throw_missing_report(summary, again);
  return 0;
}

}  // namespace rnngan
