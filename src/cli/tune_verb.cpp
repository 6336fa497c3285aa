#include <algorithm>

#include <fmt/format.h>

#include "app/tune.h"
#include "cli/comparison_view.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "core/text.h"

namespace rnngan {

namespace {

void check_arguments(const TuneArguments& arguments) {
  const auto refuse = [](const std::string& fact, const std::string& hint) {
    throw Error(ErrorKind::usage, "", fact, hint);
  };
  if (arguments.config.empty() == arguments.resume.empty()) {
    refuse(arguments.config.empty() ? "--config is required"
                                    : "--config and --resume exclude each other",
           "rnngan tune --config FILE, or --resume DIRECTORY");
  }
  if (!arguments.resume.empty() && !(arguments.out.empty() && arguments.sets.empty())) {
    refuse("--resume stands alone", "a search that exists keeps its directory and its base");
  }
}

TuneRequest request_of(const TuneArguments& arguments) {
  TuneRequest request;
  request.config = arguments.config;
  request.sets = arguments.sets;
  request.out = arguments.out;
  request.resume = arguments.resume;
  request.jobs = arguments.jobs;
  request.processes = {own_program(), std::max<int64_t>(1, arguments.common.threads),
                       arguments.common.device};
  std::vector<std::string> words = {"rnngan", "tune", "--config", arguments.config};
  for (const auto& set : arguments.sets) words.insert(words.end(), {"--set", set});
  request.command = shell_words(words);
  return request;
}

/// "train.n_critic=2, objective=hinge"; "the base" where it stayed the best.
std::string values_text(const nlohmann::json& values) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : values.items()) {
    parts.push_back(key + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return parts.empty() ? "the base" : join(parts);
}

void show_end(Console& console, const TuneSummary& summary, bool quiet) {
  console.clear_progress();
  if (!quiet) print_leaderboard(summary.last.leaderboard);
  for (const KeyImportance& key : summary.importance) {
    console.line("key", fmt::format("{}  explains {:.0f} % of the ranks; best {}", key.key,
                                    100 * key.share, key.best));
  }
  if (!summary.last.report.empty()) console.line("report", summary.last.report.string());
  console.line("best", summary.best + ": " + values_text(summary.best_values));
  console.line("done", (summary.out / "tune.md").string());
  console.line("next", shell_words({"rnngan", "train", "--config", summary.best_config.string()}));
}

}  // namespace

int tune_verb(const TuneArguments& arguments) {
  check_arguments(arguments);
  const TuneRequest request = request_of(arguments);
  Console console(stdout, arguments.common);
  console.status("checking  " + arguments.config + arguments.resume);
  ComparisonView view(console, {}, request.processes.threads);
  const TuneSummary summary = tune(
      request, {view.sinks(), [&](const std::vector<Rung>& rungs, size_t rung) {
                  console.line("rung", fmt::format("{} of {}: {} candidates, {} steps", rung + 1,
                                                   rungs.size(), rungs[rung].candidates,
                                                   grouped(rungs[rung].steps)));
                }});
  const std::string again = shell_words({"rnngan", "tune", "--resume", summary.out.string()});
  if (summary.last.signal != 0) {
    console.clear_progress();
    console.line("stopped", fmt::format("{} of {} runs of this rung are done", summary.last.done,
                                        summary.last.runs));
    console.line("next", again);
    return 128 + summary.last.signal;
  }
  throw_failures(summary.last, again);
  if (!summary.complete()) {
    throw Error(ErrorKind::diverged, summary.out.string(), "no candidate of a rung has scores",
                "see the logs in its folder; narrow the ranges of \"tune\"");
  }
  show_end(console, summary, arguments.common.quiet);
  throw_missing_report(summary.last, again);
  return 0;
}

}  // namespace rnngan
