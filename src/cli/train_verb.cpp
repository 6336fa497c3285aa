#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/train.h"
#include "cli/setup.h"
#include "cli/training_view.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "training/gloo_ranks.h"

namespace rnngan {

namespace {

void check_arguments(const TrainArguments& arguments) {
  if (arguments.config.empty() && arguments.resume.empty()) {
    throw Error(ErrorKind::usage, "", "--config is required",
                "rnngan train --config configs/eustockmarkets.json, or --resume RUN");
  }
  if (!arguments.out.empty() && !arguments.resume.empty()) {
    throw Error(ErrorKind::usage, "", "--out and --resume exclude each other",
                "a resumed run stays in its directory");
  }
}

int train_at(const RankPlace& place, const TrainArguments& arguments, const Communicator& ranks) {
  TrainingView view(arguments.common, place);
  const RunSummary run =
      train({arguments.config, with_common_sets(arguments.sets, arguments.common), arguments.out,
             arguments.resume, !arguments.no_report},
            view.sinks(), ranks);
  view.show_end(run);
  if (!run.no_report.empty()) {
    throw Error(
        ErrorKind::output, (run.run / "report.html").string(), "cannot be made: " + run.no_report,
        "the run itself is complete; try again: rnngan report " + shell_words({run.run.string()}));
  }
  return run.signal == 0 ? 0 : 128 + run.signal;
}

/// The same, and who says it.
Error said_by(const RankPlace& place, const Error& error) {
  std::vector<Problem> problems = error.problems();
  for (Problem& problem : problems) {
    if (problem.place.starts_with("rank ")) continue;
    problem.place =
        fmt::format("rank {}{}{}", place.rank, problem.place.empty() ? "" : ": ", problem.place);
  }
  return {error.kind(), std::move(problems)};
}

}  // namespace

int train_verb(const TrainArguments& arguments) {
  check_arguments(arguments);
  const std::optional<RankPlace> place = rank_place();
  if (!place) return train_at({}, arguments, one_process());
  try {
    return train_at(*place, arguments, *connect_ranks(*place));
  } catch (const std::exception& caught) {
    const Error error = as_error(caught);
    throw place->rank == 0 ? error : said_by(*place, error);
  }
}

}  // namespace rnngan
