#include "cli/run.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "core/error.h"

namespace rnngan {

namespace {

// The first line only: LibTorch's messages carry a stack trace.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// LibTorch's allocators throw a type of their own instead of std::bad_alloc.
bool is_out_of_memory(const std::exception& error) {
  const std::string_view text = error.what();
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

Error as_error(const std::exception& error) {
  if (is_out_of_memory(error)) {
    return {ErrorKind::bug, "rnngan", "out of memory",
            "use fewer or shorter sequences, a smaller batch or a smaller model"};
  }
  return {ErrorKind::bug, "rnngan", "internal error: " + first_line(error.what()),
          "this is a bug; please report it with the command and config"};
}

}  // namespace

int run(int argc, char** argv) {
  try {
    const Command command = parse_command_line(argc, argv);
    if (command.action) return command.action();
    write_out(command.text);
    return 0;
  } catch (const Error& error) {
    print_error(error);
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    print_error(as_error(error));
    return exit_code(ErrorKind::bug);
  }
}

}  // namespace rnngan
