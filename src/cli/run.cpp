#include "cli/run.h"

#include <cstdio>
#include <exception>
#include <new>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/parse.h"
#include "core/error.h"

namespace rnngan {

namespace {

// The first line only: LibTorch's messages carry a stack trace.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int run(int argc, char** argv) {
  try {
    const Command command = parse_command_line(argc, argv);
    if (command.action) return command.action();
    print_out("{}", command.text);
    return 0;
  } catch (const Error& error) {
    print_error(error);
    return static_cast<int>(error.kind());
  } catch (const std::bad_alloc&) {
    print_error(Error(ErrorKind::bug, "out of memory", "use a smaller batch, model or window"));
  } catch (const std::exception& error) {
    print_error(Error(ErrorKind::bug, "internal error: " + first_line(error.what()),
                      "this is a bug; please report it with the command and config"));
  }
  return static_cast<int>(ErrorKind::bug);
}

}  // namespace rnngan
