// The rows of metrics.jsonl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

struct LoggedRow {
  std::string text;       // as it stands in the file
  nlohmann::json values;  // an object of numbers, some of them null: not finite
  int64_t step = 0;       // its member "step"
};

/// All rows; a last one that was cut off is left out. Throws Error{output} "FILE:LINE: ..." for
/// one that the program did not write.
std::vector<LoggedRow> read_logged_rows(const std::filesystem::path& file);

}  // namespace rnngan
