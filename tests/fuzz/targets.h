// What may be let in from outside, each as a function of bytes that must end well whatever they
// are.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"

namespace rnngan::fuzzing {

struct Target {
  const char* name;  // "csv", "checkpoint", ...: a folder of corpus/
  void (*read)(std::string bytes);
  std::vector<ErrorKind> kinds;  // that a refusal may have
};

/// Files of data and samples.
std::vector<Target> file_targets();
/// Those, configs, and files of runs and comparisons: what needs most of the program.
std::vector<Target> all_targets();

/// Gives the bytes to the target. Ends the process unless they are read, or refused by one clean
/// line of the right kind.
void run_target(const Target& target, const std::string& bytes);

/// Writes the bytes to a file of that name in a folder in memory that is gone with the process.
std::string write_input(const char* name, const std::string& bytes);

/// Ends the process: a finding.
[[noreturn]] void give_up(const std::string& fact);

}  // namespace rnngan::fuzzing
