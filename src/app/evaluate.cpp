#include "app/evaluate.h"

#include <fmt/format.h>

#include "core/file.h"
#include "core/text.h"
#include "evaluation/cmp_rmmd.h"
#include "report/run_report.h"

namespace rnngan {

std::vector<Score> evaluate(const ScoredSets& sets, const EvaluationRequest& request,
                            const EvaluationProgress& progress, const StopFlag* stop) {
  std::vector<Score> scores = evaluate(sets.data, request, progress, stop);
  for (const bool differenced : {false, true}) {
    if (!sets.versus || (stop != nullptr && stop->requested())) break;
    const auto comparison =
        compare_by_rmmd(sets.data.real, sets.data.synthetic, *sets.versus, differenced, request);
    scores.push_back(to_score(comparison, differenced, request.seed));
    if (progress.done) progress.done(scores.back());
  }
  return scores;
}

std::string describe(const SequenceSet& sequences) {
  return fmt::format("{} sequences of {} steps, {} columns", grouped(sequences.count()),
                     sequences.ragged() ? fmt::format("up to {}", sequences.steps())
                                        : std::to_string(sequences.steps()),
                     sequences.features());
}

void write_report(const std::filesystem::path& file, const ScoredSets& sets,
                  const std::vector<Score>& scores, const std::string& command) {
  RunReport report;
  report.title = sets.synthetic + " beside " + sets.real;
  report.subtitle = fmt::format("Synthetic: {}. Real: {}.", describe(sets.data.synthetic),
                                describe(sets.data.real));
  report.real = sets.data.real;
  report.synthetic = sets.data.synthetic;
  report.scores = scores;
  if (!sets.directory.empty()) report.run_directory = sets.directory;
  report.commands = {command};
  report.config = sets.config;
  write_file(file, run_report(report));
}

}  // namespace rnngan
