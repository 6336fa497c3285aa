// The command line. The only part of the program that knows CLI11 is parse.cpp and
// parse_verbs.cpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace rnngan {

/// What is to be done: a verb bound to its arguments, or, when `action` is empty, a text to print
/// (help, version).
struct Command {
  std::function<int()> action;
  std::string text;
};

/// Throws Error{usage}.
Command parse_command_line(int argc, char** argv);

struct OptionOutline {
  std::vector<std::string> names;  // "-o", "--out"; of a positional its one name
  std::string help;
  std::string value;                 // what it takes ("FILE", "KEY=VALUE"); empty: nothing
  std::vector<std::string> choices;  // empty: any value
};

/// A verb, or the program itself.
struct VerbOutline {
  std::string name;
  std::string summary;
  std::string footer;
  std::vector<OptionOutline> options;
  std::vector<OptionOutline> positionals;
  std::vector<VerbOutline> verbs;
};

/// All that parse_command_line understands, for completion and manual pages.
VerbOutline command_line_outline();

}  // namespace rnngan
