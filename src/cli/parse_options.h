// Options that several verbs have, in terms of CLI11.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace CLI {
class App;
}

namespace rnngan {

/// For CLI::Option::check: what is wrong with a text that is to be a count from 1 to 10^12, or a
/// seed; empty for nothing.
std::string positive_number(const std::string& text);
std::string seed_number(const std::string& text);

void add_seed(CLI::App& app, uint64_t& value, const std::string& help);
/// --device, --threads, --quiet and --verbose.
void add_common(CLI::App& app, CommonArguments& common);
/// --config and --set.
void add_config(CLI::App& app, std::string& config, std::vector<std::string>& sets);

}  // namespace rnngan
