#include "app/finished_run.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"

namespace rnngan {

int report_verb(const ReportArguments& arguments) {
  Console console(stdout, arguments.common);
  use_all_threads(arguments.common.threads);
  const StopFlag& stop = install_signal_handlers();
  const auto file = report_run(arguments.run, with_common_sets(arguments.sets, arguments.common),
                               &stop, reading_progress(console, "the data"));
  console.clear_progress();
  console.line("report", file.string());
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace rnngan
