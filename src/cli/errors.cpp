#include "cli/errors.h"

#include <algorithm>
#include <utility>

namespace rnngan {

const std::vector<ExitCode>& exit_codes() {
  static const std::vector<ExitCode> kCodes = {
      {"0", "done"},
      {"1", "a bug"},
      {"2", "command line"},
      {"3", "config; a model that is too large for the memory"},
      {"4", "data; too much of them for the memory"},
      {"5", "checkpoint missing, damaged or of another model"},
      {"6", "output cannot be written, or a run exists or is in use"},
      {"7", "training diverged; the last good checkpoint is kept"},
      {"8", "no such device, or another rank of the training was lost"},
      {"129, 130, 143", "stopped by SIGHUP, SIGINT, SIGTERM; a checkpoint is written first"},
  };
  return kCodes;
}

std::string exit_codes_text() {
  std::string text = "Exit codes:";
  for (const auto& line : exit_codes()) text += "\n  " + line.codes + "  " + line.meaning;
  return text;
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bug:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::config:
      return 3;
    case ErrorKind::data:
      return 4;
    case ErrorKind::checkpoint:
      return 5;
    case ErrorKind::output:
      return 6;
    case ErrorKind::diverged:
      return 7;
    case ErrorKind::device:
      return 8;
  }
  return 1;
}

Error in_flags(const Error& error, const std::string& verb, const std::vector<std::string>& flags) {
  if (error.kind() != ErrorKind::usage) return error;
  std::vector<Problem> problems = error.problems();
  for (Problem& problem : problems) {
    const std::string field = problem.place.substr(0, problem.place.find(' '));
    if (problem.place.empty()) {
      problem.place = verb;
    } else if (std::ranges::find(flags, field) != flags.end()) {
      problem.place.insert(0, "--");
    }
  }
  return {error.kind(), std::move(problems)};
}

}  // namespace rnngan
