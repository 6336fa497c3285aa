// The command line. The only part of the program that knows CLI11 is parse.cpp.
#pragma once

#include <functional>
#include <string>

namespace rnngan {

/// What is to be done: a verb bound to its arguments, or, when `action` is empty, a text to print
/// (help, version).
struct Command {
  std::function<int()> action;
  std::string text;
};

/// Throws Error{usage}.
Command parse_command_line(int argc, char** argv);

}  // namespace rnngan
