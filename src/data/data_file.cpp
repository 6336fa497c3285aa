#include "data/data_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <span>

#include <fmt/format.h>
#include <torch/types.h>

#include "config/layers.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/csv_text.h"
#include "data/missing.h"

namespace rnngan {

namespace fs = std::filesystem;

const std::vector<DataFormat>& data_formats() {
  static const std::vector<DataFormat> formats{
      {"csv", {".csv", ".tsv", ".txt", ".dat", ".data", ""}, read_csv_sequences},
      {"npy", {".npy"}, read_npy_sequences},
  };
  return formats;
}

namespace {

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

}  // namespace

DataFile read_data_file(const DataConfig& config, const ReadOptions& options) {
  const fs::path path = config.path;
  if (config.path.empty())
    throw Error(ErrorKind::data, "data.path", "is not set", "name a CSV or NPY file");
  std::error_code ignored;
  if (!is_there(path, ErrorKind::data)) {
    throw Error(ErrorKind::data, config.path, "no such file",
                path.is_relative() ? "relative paths of data.path start at the working directory " +
                                         fs::current_path(ignored).string()
                                   : "");
  }
  if (fs::is_directory(path, ignored)) {
    throw Error(ErrorKind::data, config.path, "is a directory",
                "data.path names one CSV or NPY file");
  }
  std::string extension = lower_extension(path);
  if (extension == ".gz") {
    extension = lower_extension(path.stem());
    if (extension == ".npy") {
      throw Error(ErrorKind::data, config.path, "is a packed NPY file, which is not read",
                  "unpack it by gunzip");
    }
  }
  for (const auto& format : data_formats()) {
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) {
      return format.read(config, options);
    }
  }
  refuse_format(config.path, extension);
}

SequenceSet read_sequences(const DataConfig& config, int64_t window, bool samples) {
  return scored_sequences(read_data_file(config, {{}, samples}), config, window, samples);
}

SequenceSet scored_sequences(DataFile file, const DataConfig& config, int64_t window,
                             bool samples) {
  const Missing missing = samples ? Missing::error : config.missing;
  fill_missing(file, missing, config.path);
  SequenceSet sequences =
      file.several ? file.sequences : cut(file.sequences, window, config.window.stride);
  if (missing == Missing::drop && sequences.count() > 0) {
    sequences = without_missing(sequences);
    if (sequences.count() == 0) {
      throw Error(ErrorKind::data, config.path,
                  "every sequence misses a value and is dropped (data.missing)",
                  "set data.missing to \"keep\" or \"fill\"");
    }
  }
  if (sequences.count() == 0) {
    throw Error(ErrorKind::data, config.path,
                fmt::format("{} rows, fewer than one window of {} steps",
                            file.sequences.rows.size(0), window),
                "set data.window.length to fewer steps");
  }
  return unshared(sequences);
}

void set_offsets(const std::vector<int64_t>& offsets, SequenceSet& set) {
  const at::Tensor all = torch::tensor(offsets, torch::kLong);
  const int64_t count = all.size(0) - 1;
  set.begins = all.narrow(0, 0, count).clone();
  set.lengths = all.narrow(0, 1, count) - set.begins;
  set.padded_steps = count > 0 ? set.lengths.max().item<int64_t>() : 0;
}

void keep_sequences(const at::Tensor& kept, DataFile& file) {
  SequenceSet part = select(file.sequences, kept.nonzero().squeeze(1));
  std::vector<int64_t> rows, offsets = {0};
  for (int64_t s = 0; s < part.count(); ++s) {
    const int64_t begin = part.begins[s].item<int64_t>(), length = part.lengths[s].item<int64_t>();
    for (int64_t row = begin; row < begin + length; ++row) rows.push_back(row);
    offsets.push_back(offsets.back() + length);
  }
  const at::Tensor kept_rows = torch::tensor(rows, torch::kLong);
  part.rows = part.rows.index_select(0, kept_rows);
  if (part.times.defined()) part.times = part.times.index_select(0, kept_rows);
  if (part.covariates.defined()) part.covariates = part.covariates.index_select(0, kept_rows);
  set_offsets(offsets, part);
  file.sequences = std::move(part);
}

void refuse_column(const std::string& place, const std::string& name, const std::string& key,
                   const std::vector<std::string>& names) {
  constexpr size_t kShown = 20;
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) {
    const auto shown = std::span(names).first(std::min(names.size(), kShown));
    hint = fmt::format("its columns are {}", join(shown));
  }
  throw Error(ErrorKind::data, place, fmt::format("no column {} ({})", shown_cell(name), key),
              hint);
}

void require_known_columns(const DataConfig& config, const std::vector<std::string>& names) {
  for (const auto& [name, column] : config.column) {
    const bool gap = !config.time.empty() && name == config.time.names.front() + " gap";
    if (gap || std::ranges::find(names, name) != names.end()) continue;
    refuse_column(config.path, name, join_path("data.column", name), names);
  }
}

void take_decimals(const DataConfig& config, Column& column) {
  const auto said = config.column.find(column.name);
  if (said == config.column.end() || !said->second.decimals) return;
  column.decimals = static_cast<int>(*said->second.decimals);
  column.integer = column.integer && column.decimals == 0;
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
