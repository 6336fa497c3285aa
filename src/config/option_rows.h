// Methods of the literature that are options of the networks or of the loop and no part of a sum:
// what `rnngan losses` says of them. The keys themselves are in fields.cpp.
#pragma once

#include <string>
#include <vector>

namespace rnngan {

/// One `--set KEY=VALUE`.
struct OptionSetting {
  std::string key;    // of run_fields()
  std::string value;  // an example that switches the method on; capitals stand for a name
};

struct OptionRow {
  std::string name;
  std::string summary;                  // one line
  std::vector<OptionSetting> settings;  // all of them together switch it on
  std::string needs;                    // what else it takes; empty: nothing
  std::string formula;                  // plain text
  std::string paper;                    // authors, year, arXiv id
  std::string watch;                    // what to look at in the log, and what it means
};

/// By group: condition, discriminator, generator, optimisers, loop.
const std::vector<OptionRow>& option_rows();

}  // namespace rnngan
