#include <fmt/format.h>

#include "app/export.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/verbs.h"

namespace rnngan {

int export_verb(const ExportArguments& arguments) {
  const Weights weights = open_options(arguments.common, {}, arguments.weights).weights;
  const ExportSummary summary =
      export_onnx({arguments.checkpoint, arguments.out, weights, arguments.example, {}});
  Console console(stdout, arguments.common);
  console.line("export", fmt::format("{} from {}", arguments.out, summary.checkpoint.string()));
  for (const std::string& line : summary.interface) {
    const size_t blank = line.find(' ');
    console.line(line.substr(0, blank), line.substr(blank + 1));
  }
  if (!arguments.example.empty()) console.line("example", arguments.example);
  return 0;
}

}  // namespace rnngan
