#include "cli/run.h"

#include <csignal>
#include <exception>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/console.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "cli/signals.h"
#include "core/error.h"

namespace rnngan {

namespace {

int fail(const Error& error) {
  // A filter whose reader has enough ends silently, once nothing half-written is left.
  if (error.problems().front().place == "standard output" && nobody_reads(STDOUT_FILENO)) {
    end_by(SIGPIPE);
  }
  print_error(error);
  return exit_code(error.kind());
}

}  // namespace

int run(int argc, char** argv) {
  ignore_write_signals();
  try {
    const Command command = parse_command_line(argc, argv);
    if (command.action) return command.action();
    write_out(command.text);
    return 0;
  } catch (const nlohmann::json::type_error& caught) {
    constexpr int kNotUtf8 = 316;
    return caught.id == kNotUtf8 ? fail(Error(ErrorKind::usage, "", "a name is not UTF-8",
                                              "give the file or folder another name"))
                                 : fail(as_error(caught));
  } catch (const std::exception& caught) {
    return fail(as_error(caught));
  }
}

}  // namespace rnngan
