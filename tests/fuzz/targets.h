// What may be let in from outside, each as a function of bytes that must end well whatever they
// are.
#pragma once

#include <string>
#include <vector>

namespace rnngan::fuzzing {

/// "checkpoint", "comparison", ...: folders of corpus/.
std::vector<std::string> target_names();

/// Gives the bytes to a target. Ends the process unless they are read, or refused by one clean line
/// of the right kind.
void run_target(const std::string& name, const std::string& bytes);

}  // namespace rnngan::fuzzing
