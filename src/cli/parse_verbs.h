// What each verb takes, in terms of CLI11.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace rnngan {

using Action = std::function<int()>;

/// Adds all verbs to `app`. Parsing binds the chosen one and its arguments to `action`, which must
/// outlive `app`.
void define_program(CLI::App& app, Action& action);

}  // namespace rnngan
