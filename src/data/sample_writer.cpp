#include "data/sample_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/sample_writers.h"

namespace rnngan {

namespace fs = std::filesystem;

const std::vector<SampleFormat>& sample_formats() {
  static const std::vector<SampleFormat> formats{
      {".csv", "one row per step: sequence_id, step, label, static columns, columns",
       make_csv_sample_writer},
      {".npy", "float64 [sequences, steps, columns], NaN behind the end of shorter sequences",
       make_npy_sample_writer},
  };
  return formats;
}

std::unique_ptr<SampleWriter> make_sample_writer(const fs::path& target, const Schema& schema,
                                                 int64_t sequences, int64_t steps) {
  std::error_code ignored;
  const bool device = fs::exists(target, ignored) && !fs::is_regular_file(target, ignored) &&
                      !fs::is_directory(target, ignored);
  const std::string extension = target.extension().string();
  std::vector<std::string> known;
  for (const auto& format : sample_formats()) {
    known.push_back(format.extension);
    if (format.extension == extension) {
      require_writable(target);
      return format.make(target, schema, sequences, steps);
    }
  }
  if (target == "-" || device) return make_csv_sample_writer(target, schema, sequences, steps);
  throw Error(
      ErrorKind::output, target.string(),
      fmt::format("unknown kind of file {}", extension.empty() ? "(no extension)" : extension),
      "known are " + join(known) + ", and - for CSV on standard output");
}

SampleChunk checked_chunk(const SampleChunk& chunk, const Schema& schema) {
  const auto require = [](bool fine, const char* what) {
    if (!fine) throw Error(ErrorKind::bug, "sample writer", what);
  };
  require(chunk.x.dim() == 3 && chunk.x.size(2) == schema.features(), "x must be [B,T,F]");
  const int64_t batch = chunk.x.size(0);
  require(chunk.lengths.dim() == 1 && chunk.lengths.size(0) == batch, "lengths must be [B]");
  require(batch == 0 || (chunk.lengths.min().item<int64_t>() >= 1 &&
                         chunk.lengths.max().item<int64_t>() <= chunk.x.size(1)),
          "a length lies outside 1..T");
  SampleChunk out;
  out.x = chunk.x.to(torch::kDouble).contiguous();
  out.lengths = chunk.lengths.to(torch::kLong).contiguous();
  if (!schema.labels.empty()) {
    require(chunk.labels.defined() && chunk.labels.dim() == 1 && chunk.labels.size(0) == batch,
            "labels must be [B]");
    out.labels = chunk.labels.to(torch::kLong).contiguous();
    require(batch == 0 ||
                (out.labels.min().item<int64_t>() >= 0 &&
                 out.labels.max().item<int64_t>() < static_cast<int64_t>(schema.labels.size())),
            "a label is outside the schema");
  }
  if (!schema.statics.empty()) {
    require(chunk.statics.defined() && chunk.statics.dim() == 2 && chunk.statics.size(0) == batch &&
                chunk.statics.size(1) == static_cast<int64_t>(schema.statics.size()),
            "statics must be [B,S]");
    out.statics = chunk.statics.to(torch::kDouble).contiguous();
  }
  return out;
}

void append_number(std::string& out, double value, const Column& column) {
  if (!std::isfinite(value)) {
    throw Error(ErrorKind::diverged, fmt::format("column {}", column.name),
                "a sampled value is not a finite number");
  }
  // Room for the longest finite double in fixed notation with 9 digits behind the point.
  std::array<char, 352> buffer;
  char* const end_of_buffer = buffer.data() + buffer.size();
  std::to_chars_result result{};
  if (column.integer) {
    result =
        std::to_chars(buffer.data(), end_of_buffer, std::round(value), std::chars_format::fixed, 0);
  } else if (column.decimals >= 0) {
    result = std::to_chars(buffer.data(), end_of_buffer, value, std::chars_format::fixed,
                           column.decimals);
  } else {
    result = std::to_chars(buffer.data(), end_of_buffer, value);
  }
  std::string_view text(buffer.data(), static_cast<size_t>(result.ptr - buffer.data()));
  // "-0.00" is a zero.
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string_view::npos)
    text.remove_prefix(1);
  out += text;
}

}  // namespace rnngan
