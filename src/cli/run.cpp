#include "cli/run.h"

#include <exception>

#include "cli/console.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "cli/signals.h"
#include "core/error.h"

namespace rnngan {

int run(int argc, char** argv) {
  ignore_write_signals();
  try {
    const Command command = parse_command_line(argc, argv);
    if (command.action) return command.action();
    write_out(command.text);
    return 0;
  } catch (const std::exception& caught) {
    const Error error = as_error(caught);
    print_error(error);
    return exit_code(error.kind());
  }
}

}  // namespace rnngan
