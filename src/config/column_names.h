// A config value that names one column or several.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rnngan {

/// One column or several; in JSON a text or a list of texts.
struct ColumnNames {
  std::vector<std::string> names;

  ColumnNames() = default;
  ColumnNames(const char* name) : names({name}) {}
  ColumnNames(std::vector<std::string> several) : names(std::move(several)) {}
  bool operator==(const ColumnNames&) const = default;
  bool empty() const { return names.empty(); }
  void clear() { names.clear(); }
};

}  // namespace rnngan
