// What each verb takes, in terms of CLI11, and what verbs and options are called.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace CLI {
class App;
}

namespace rnngan {

using Action = std::function<int()>;

/// Adds all verbs to `app`. Parsing binds the chosen one and its arguments to `action`, which must
/// outlive `app`.
void define_program(CLI::App& app, Action& action);

/// The options of verbs in a file of their own.
void define_export(CLI::App& app, ExportArguments& arguments);
void define_tune(CLI::App& app, TuneArguments& arguments);

/// "rnngan config show"
std::string full_name(const CLI::App& app);
/// The long names of its options, without dashes.
std::vector<std::string> flags_of(const CLI::App& app);

}  // namespace rnngan
