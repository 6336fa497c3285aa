// What each verb takes, in terms of CLI11, and what verbs and options are called.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rnngan {

using Action = std::function<int()>;

/// Adds all verbs to `app`. Parsing binds the chosen one and its arguments to `action`, which must
/// outlive `app`.
void define_program(CLI::App& app, Action& action);

/// "rnngan config show"
std::string full_name(const CLI::App& app);
/// The long names of its options, without dashes.
std::vector<std::string> flags_of(const CLI::App& app);

}  // namespace rnngan
