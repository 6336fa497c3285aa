#include "cli/report.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/scored_sets.h"
#include "cli/setup.h"
#include "core/file.h"
#include "evaluation/evaluate.h"
#include "report/comparison_report.h"
#include "report/run_report.h"
#include "training/checkpoint.h"
#include "training/evaluation_sets.h"
#include "training/sampler.h"

namespace rnngan {

namespace {

constexpr int64_t kLeastSequences = 10, kMostSequences = 1000;

/// So many sequences that scores of all pairs of them take seconds.
int64_t affordable(const Sequences& real) {
  constexpr double kOperations = 2e9;
  const auto size = static_cast<double>(std::max<int64_t>(1, real.steps() * real.features()));
  return std::clamp<int64_t>(std::llround(std::sqrt(kOperations / size)), 40, 500);
}

EvaluationData sets_of(const FinishedRun& run) {
  EvaluationData sets;
  sets.names = names_of(run.data.schema);
  sets.real = sequences_of(run.data, run.data.test);
  if (run.data.split_policy != "none") sets.train = sequences_of(run.data, run.data.train);
  const Checkpoint checkpoint = read_checkpoint(run.checkpoint);
  const auto generator = load_generator(checkpoint, run.config.config.model.generator,
                                        Weights::averaged, at::kCPU, run.checkpoint.string());
  const int64_t count = std::min(sets.real.count(), kMostSequences);
  sets.synthetic = sample_sequences(*generator, checkpoint.schema, count, 1, at::kCPU);
  return sets;
}

std::vector<Score> fast_scores(const EvaluationData& sets, const StopFlag& stop) {
  EvaluationRequest request;
  request.metrics = {"fast", "c2st"};
  request.max_count = affordable(sets.real);
  return evaluate(sets, request, {}, &stop);
}

std::string report_of(const FinishedRun& run, const StopFlag& stop) {
  const EvaluationData sets = sets_of(run);
  RunReport report;
  const std::string directory = run.directory.string();
  report.title = describe_objective(run.config.config.objective) + " on " +
                 std::filesystem::path(run.data.path).filename().string();
  report.subtitle = fmt::format("Samples of {} beside the test split, which training never saw.",
                                run.checkpoint.string());
  report.names = sets.names;
  report.real = sets.real;
  report.synthetic = sets.synthetic;
  report.scores = fast_scores(sets, stop);
  report.run_directory = run.directory;
  report.commands = {
      shell_words({"rnngan", "train", "--config", (run.directory / "config.json").string()}),
      shell_words({"rnngan", "evaluate", "--checkpoint", directory, "--report", "report.html"})};
  report.config = run.config.document;
  return run_report(report);
}

std::string report_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                      const std::filesystem::path& directory) {
  ComparisonReport report;
  report.leaderboard = leaderboard;
  report.directory = directory;
  for (const Column& column : compared.schema.columns) report.columns.push_back(column.name);
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

void write_report(const std::filesystem::path& file, Console& console,
                  const std::function<std::string()>& make) {
  try {
    console.status("report   " + file.string());
    write_file(file, make());
    console.clear_progress();
    console.line("report", file.string());
  } catch (const std::exception& error) {
    console.clear_progress();
    console.line("warning", fmt::format("no report.html: {}", error.what()));
  }
}

}  // namespace

std::string shell_words(const std::vector<std::string>& words) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

void write_report_of(const FinishedRun& run, Console& console, const StopFlag& stop) {
  if (static_cast<int64_t>(run.data.test.size()) < kLeastSequences) {
    console.detail(fmt::format("report   none: {} test sequences, {} are needed",
                               run.data.test.size(), kLeastSequences));
    return;
  }
  write_report(run.directory / "report.html", console, [&] { return report_of(run, stop); });
}

ComparedSequences compared_sequences(const Plan& plan, const RunGrid& runs,
                                     const std::filesystem::path& directory) {
  const RunConfig config = resolve_config(plan.variants.front().config, {}, catalogs(),
                                          (directory / "comparison.json").string())
                               .config;
  const Dataset data = load_dataset(config.data);
  return {data.schema, sequences_of(data, data.test),
          read_run_samples(runs, directory, data.schema)};
}

void write_report_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                     const std::filesystem::path& directory, Console& console) {
  write_report(directory / "report.html", console,
               [&] { return report_of(compared, leaderboard, directory); });
}

}  // namespace rnngan
