#include "app/train.h"
#include "cli/setup.h"
#include "cli/training_view.h"
#include "cli/verbs.h"
#include "core/text.h"

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

}  // namespace

int train_verb(const TrainArguments& arguments) {
  check_arguments(arguments);
  TrainingView view(arguments.common);
  const RunSummary run =
      train({arguments.config, with_common_sets(arguments.sets, arguments.common), arguments.out,
             arguments.resume, !arguments.no_report},
            view.sinks());
  view.show_end(run);
  if (!run.no_report.empty()) {
    throw Error(
        ErrorKind::output, (run.run / "report.html").string(), "cannot be made: " + run.no_report,
        "the run itself is complete; try again: rnngan report " + shell_words({run.run.string()}));
  }
  return run.signal == 0 ? 0 : 128 + run.signal;
}

}  // namespace rnngan
