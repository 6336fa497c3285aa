#include "data/sequence_table.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv.h"

namespace rnngan {

namespace fs = std::filesystem;

std::string SequenceTable::sequence_name(int64_t sequence) const {
  if (names.empty()) return fmt::format("sequence {}", sequence);
  return "sequence " + shown_cell(names.at(static_cast<size_t>(sequence)));
}

const std::vector<DataFormat>& data_formats() {
  static const std::vector<DataFormat> formats{
      {"csv", {".csv", ".tsv", ".txt", ".dat", ".data", ""}, read_csv_sequences},
      {"npy", {".npy"}, read_npy_sequences},
  };
  return formats;
}

SequenceTable read_sequence_table(const DataConfig& config, const ReadOptions& options) {
  const fs::path path = config.path;
  if (config.path.empty())
    throw Error(ErrorKind::data, "data.path", "is not set", "name a CSV or NPY file");
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw Error(ErrorKind::data, config.path, "no such file",
                path.is_relative() ? "relative paths of data.path start at the working directory " +
                                         fs::current_path(ignored).string()
                                   : "");
  }
  if (fs::is_directory(path, ignored)) {
    throw Error(ErrorKind::data, config.path, "is a directory",
                "data.path names one CSV or NPY file");
  }
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& format : data_formats()) {
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) {
      return format.read(config, options);
    }
  }
  throw Error(ErrorKind::data, config.path, fmt::format("unknown kind of file {}", extension),
              "known are .csv, .tsv, .txt, .dat, .data and .npy");
}

std::vector<std::string> sorted_labels(std::vector<std::string> labels) {
  const bool numbers = std::ranges::all_of(
      labels, [](const auto& label) { return parse_double(label).has_value(); });
  std::ranges::sort(labels, [&](const std::string& a, const std::string& b) {
    if (numbers && *parse_double(a) != *parse_double(b)) return *parse_double(a) < *parse_double(b);
    return a < b;
  });
  return labels;
}

}  // namespace rnngan
