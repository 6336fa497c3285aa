#include "app/finished_run.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/model.h"
#include "app/scored_sets.h"
#include "config/objective_config.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "evaluation/scoring.h"
#include "objective/objective.h"
#include "report/run_report.h"
#include "training/run_directory.h"

namespace rnngan {

namespace {

constexpr int64_t kLeastSequences = 10, kMostSequences = 1000, kMostReal = 4000;

/// So many sequences that scores of all pairs of them take seconds.
int64_t affordable(const SequenceSet& real) {
  constexpr double kOperations = 2e9;
  const auto size = static_cast<double>(std::max<int64_t>(1, real.steps() * real.features()));
  return std::clamp<int64_t>(std::llround(std::sqrt(kOperations / size)), 40, 500);
}

EvaluationData sets_of(const FinishedRun& run) {
  EvaluationData sets = held_out_sets(run.data);
  sets.real = subsample(sets.real, kMostReal, 1, "report");
  const Model model = open_model(run.checkpoint, {.device = "cpu"});
  sets.synthetic = model.sample(with_covariates_of(
      sets.real, model.schema(), {.count = std::min(sets.real.count(), kMostSequences)}));
  return sets;
}

std::vector<Score> fast_scores(const EvaluationData& sets, const StopFlag* stop) {
  EvaluationRequest request;
  request.metrics = {"fast", "c2st"};
  request.max_count = affordable(sets.real);
  return evaluate(sets, request, {}, stop);
}

}  // namespace

std::string lacks_for_report(const Dataset& data) {
  if (data.test.count() >= kLeastSequences) return {};
  return fmt::format("{} test {} too few for a report ({} at least)", data.test.count(),
                     data.test.count() == 1 ? "sequence is" : "sequences are", kLeastSequences);
}

bool has_report(const Dataset& data) {
  return lacks_for_report(data).empty();
}

std::filesystem::path write_report(const FinishedRun& run, const StopFlag* stop) {
  const EvaluationData sets = sets_of(run);
  RunReport report;
  report.title = describe_objective(run.config.config.objective, catalogs()) + " on " +
                 std::filesystem::path(run.data.path).filename().string();
  report.subtitle = fmt::format("Samples of {} beside the test split, which training never saw.",
                                run.checkpoint.string());
  report.real = sets.real;
  report.synthetic = sets.synthetic;
  report.scores = fast_scores(sets, stop);
  report.run_directory = run.directory;
  report.commands = {
      shell_words({"rnngan", "train", "--config", (run.directory / "config.json").string()}),
      shell_words({"rnngan", "evaluate", "--checkpoint", run.directory.string(), "--report",
                   "report.html"})};
  report.config = run.config.document;
  const std::filesystem::path file = run.directory / "report.html";
  write_file(file, run_report(report));
  return file;
}

std::filesystem::path report_run(const std::filesystem::path& directory,
                                 const std::vector<std::string>& sets, const StopFlag* stop,
                                 const std::function<void(int64_t)>& on_rows) {
  const RunDirectory run = RunDirectory::open(directory);
  const Model model = open_model(directory, {.device = "cpu", .sets = sets});
  const Dataset data = load_data_of(model, on_rows);
  if (!has_report(data)) {
    throw Error(ErrorKind::data, data.path, "its " + lacks_for_report(data),
                "a run with a larger data.split.test has one");
  }
  return write_report({model.config(), data, run.path(), model.file()}, stop);
}

}  // namespace rnngan
