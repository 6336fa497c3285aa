#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/evaluate.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/sheet.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "core/file.h"
#include "core/text.h"
#include "evaluation/mismatch.h"

namespace rnngan {

namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

std::string with_sd(const MetricResult& result) {
  return result.sd ? fmt::format("{} ±{:.2g}", number(result.value), *result.sd)
                   : number(result.value);
}

constexpr const char* kRow = "{:<16} {:<16} {:>10} {:>10} {:>8} {:>11}  {}\n";
constexpr size_t kRemarkWidth = 60;

/// "500", or of unequal numbers "500 + 480".
std::string count_text(const Score& score) {
  if (!score.result.value) return "";
  if (score.real_count == score.synthetic_count) return std::to_string(score.real_count);
  return fmt::format("{} + {}", score.real_count, score.synthetic_count);
}

/// A remark that is too long for its row stands below it.
std::string row_text(const Score& score) {
  const auto lines = wrap(score.remark(), kRemarkWidth);
  const auto norm = score.norm();
  std::string text = fmt::format(
      kRow, score.metric.name(), with_sd(score.result), number(score.floor), number(score.ceiling),
      norm ? fmt::format("{:.3f}", std::round(*norm * 1000) / 1000 + 0.0) : "-", count_text(score),
      lines.empty() ? "" : lines.front());
  for (size_t i = 1; i < lines.size(); ++i)
    text += fmt::format(kRow, "", "", "", "", "", "", lines[i]);
  return text;
}

/// The first few ways in which the samples differ, and what the test still tells without them.
std::string giveaways_text(const std::vector<Score>& scores) {
  constexpr size_t kShown = 5;
  const auto test = std::ranges::find_if(
      scores, [](const Score& score) { return score.result.giveaways.has_value(); });
  if (test == scores.end()) return {};
  const Giveaways& found = *test->result.giveaways;
  if (found.features.empty()) {
    return test->telling() ? "\nNothing gives the synthetic sequences away.\n" : "";
  }
  std::string text =
      fmt::format("\nwhat gives it away (c2st {:.3f}; area under the curve, 0.5: nothing)\n",
                  *test->result.value);
  size_t shown = 0;
  for (const Giveaway& clue : found.features) {
    if (!clue.leads || shown == kShown) continue;
    ++shown;
    text += fmt::format("{:>3}. {}\n     alone {:.3f}", shown, clue.sentence, clue.auc);
    if (const auto without = found.without(clue)) {
      text += fmt::format("; c2st without {} {:.3f}", shown == 1 ? "it" : "these", *without);
    }
    text += '\n';
  }
  return text +
         "Figures are those of a typical sequence. Alone: by this feature only; without: once it, "
         "those before\nand what says much the same are taken out.\n";
}

/// The call that gave these numbers, without what only changes how it looks on screen.
std::string command_of(const EvaluateArguments& arguments) {
  std::vector<std::string> words = {"rnngan", "evaluate"};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  const auto count = [](int64_t value) { return value > 0 ? std::to_string(value) : ""; };
  add("--checkpoint", arguments.checkpoint);
  add("--real", arguments.real);
  add("--synthetic", arguments.synthetic);
  add("--train", arguments.train);
  add("--config", arguments.config);
  for (const auto& set : arguments.sets) add("--set", set);
  if (arguments.by_label) words.emplace_back("--by-label");
  add("--metrics", join(arguments.metrics, ","));
  add("--repeats", count(arguments.repeats));
  add("--max-n", count(arguments.max_count));
  add("--count", count(arguments.count));
  add("--seed", arguments.seed == 1 ? "" : std::to_string(arguments.seed));
  add("--weights", arguments.weights == "averaged" ? "" : arguments.weights);
  add("--report", arguments.report);
  return shell_words(words);
}

ScoredSetsRequest sets_request(const EvaluateArguments& arguments) {
  ScoredSetsRequest request;
  request.checkpoint = arguments.checkpoint;
  request.model = open_options(arguments.common, arguments.sets, arguments.weights);
  request.count = arguments.count;
  request.seed = arguments.seed;
  request.config = arguments.config;
  request.real = arguments.real;
  request.synthetic = arguments.synthetic;
  request.train = arguments.train;
  request.versus = arguments.versus;
  return request;
}

EvaluationRequest request_of(const EvaluateArguments& arguments) {
  EvaluationRequest request;
  request.metrics = arguments.metrics;
  request.seed = arguments.seed;
  request.repeats = arguments.repeats;
  request.max_count = arguments.max_count;
  request.bounds = !arguments.no_bounds;
  request.by_label = arguments.by_label;
  return request;
}

/// What stands before the rows.
void print_head(const EvaluateArguments& arguments, const ScoredSets& sets, Console& console) {
  if (!arguments.json) {
    console.line("real", sets.real + ": " + describe(sets.data.real));
    console.line("synthetic", sets.synthetic + ": " + describe(sets.data.synthetic));
  }
  for (const auto& note : sets.notes) console.line("note", note);
  if (arguments.checkpoint.empty()) {
    for (const auto& odd : mismatches(sets.data.real, sets.data.synthetic)) {
      console.line("warning", odd);
    }
  }
  if (arguments.json) return;
  print_out("\n");
  print_out(kRow, "score", "value", "floor", "ceiling", "norm", "n", "");
}

/// All scores; rows are printed as they are done.
std::vector<Score> score(const EvaluateArguments& arguments, const ScoredSets& sets,
                         Console& console, const StopFlag& stop) {
  const EvaluationProgress progress = {
      .begins =
          [&](const std::string& id, int64_t number, int64_t count) {
            console.status(fmt::format("scoring  {} of {}: {}", number, count, id));
          },
      .done =
          [&](const Score& score) {
            console.clear_progress();
            if (!arguments.json) print_out("{}", row_text(score));
          }};
  auto scores = evaluate(sets, request_of(arguments), progress, &stop);
  console.clear_progress();
  return scores;
}

/// Where floors are made of fewer sequences than values: the other half of the real ones, as a
/// rule.
std::string bounds_text(const std::vector<Score>& scores) {
  for (const Score& score : scores) {
    if (!score.floor || score.bounds_are_of_all()) continue;
    return fmt::format(
        "\nfloor, ceiling and norm are made of {} sequences of each side, so that real ones can be "
        "compared with real ones.\n",
        score.common_count);
  }
  return {};
}

nlohmann::json json_of(const std::vector<Score>& scores) {
  nlohmann::json array = nlohmann::json::array();
  for (const Score& score : scores) array.push_back(to_json(score));
  return array;
}

/// What stands below the rows.
void print_foot(const EvaluateArguments& arguments, const ScoredSets& sets,
                const std::vector<Score>& scores) {
  print_out("{}", giveaways_text(scores));
  if (sets.versus) {
    print_out("\na: {}; b: {}; p below 0.05: b is closer to the real ones, above 0.95: a is\n",
              arguments.synthetic, arguments.versus);
  }
  print_out(
      "{}\nvalue: of all n sequences; floor: what real sequences score; ceiling: white noise; "
      "norm: 0 = "
      "as good as real,\n1 = as bad as noise, - = cannot tell. rnngan metrics NAME says what a "
      "score "
      "means.\n",
      bounds_text(scores));
}

void check_arguments(const EvaluateArguments& arguments) {
  if (!arguments.checkpoint.empty()) {
    if (arguments.real.empty() && arguments.synthetic.empty()) return;
    throw Error(ErrorKind::usage, "", "--checkpoint excludes --real and --synthetic",
                "a checkpoint brings its samples and the data of its run");
  }
  if (arguments.synthetic.empty()) {
    throw Error(ErrorKind::usage, "", "nothing to score",
                "name --checkpoint RUN, or --real FILE --synthetic FILE");
  }
  if (arguments.count > 0 || arguments.weights != "averaged") {
    throw Error(ErrorKind::usage, "", "--count and --weights are of a checkpoint's samples",
                "use --max-n N to score fewer sequences of the files");
  }
  if (arguments.real.empty() && arguments.config.empty()) {
    throw Error(ErrorKind::usage, "", "no real sequences to compare with",
                "name them by --real FILE or --config FILE");
  }
}

}  // namespace

int evaluate_verb(const EvaluateArguments& arguments) {
  check_arguments(arguments);
  resolve_metrics(arguments.metrics);  // before anything is loaded
  if (!arguments.report.empty()) require_writable(arguments.report, ".html");
  Console console(arguments.json ? stderr : stdout, arguments.common);
  use_all_threads(arguments.common.threads);
  const StopFlag& stop = install_signal_handlers();
  const ScoredSets sets =
      load_scored_sets(sets_request(arguments), reading_progress(console, "the data"));
  console.clear_progress();
  print_head(arguments, sets, console);
  const std::vector<Score> scores = score(arguments, sets, console, stop);
  if (stop.requested()) {
    console.line("stopped", fmt::format("{} scores are done", scores.size()));
    return 128 + stop.signal();
  }
  if (arguments.json) print_out("{}\n", json_of(scores).dump(2));
  if (!arguments.report.empty()) {
    console.status("writing  " + arguments.report);
    write_report(arguments.report, sets, scores, command_of(arguments));
    console.clear_progress();
  }
  if (!arguments.json) {
    print_foot(arguments, sets, scores);
    if (!arguments.report.empty()) console.line("report", arguments.report);
  }
  return 0;
}

}  // namespace rnngan
