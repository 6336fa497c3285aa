#include "data/sequence_writer.h"

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
#include "data/sequence_formats.h"

namespace rnngan {

namespace fs = std::filesystem;

const std::vector<SequenceFormat>& sequence_formats() {
  static const std::vector<SequenceFormat> formats{
      {".csv",
       "one row per step: sequence_id, step, time, label, static columns, columns; missing cells "
       "are empty",
       make_csv_writer},
      {".npy",
       "float64 [sequences, steps, columns], NaN behind the end of shorter sequences and where a "
       "cell is missing; names of columns and classes, labels and attributes go to NAME.npy.json, "
       "classes are their places there",
       make_npy_writer},
  };
  return formats;
}

std::unique_ptr<SequenceWriter> make_sequence_writer(const fs::path& target,
                                                     const Announced& announced) {
  std::error_code ignored;
  const bool device = fs::exists(target, ignored) && !fs::is_regular_file(target, ignored) &&
                      !fs::is_directory(target, ignored);
  const std::string extension = target.extension().string();
  std::vector<std::string> known;
  for (const auto& format : sequence_formats()) {
    known.push_back(format.extension);
    if (format.extension == extension) {
      require_writable(target);
      return format.make(target, announced);
    }
  }
  if (target == "-" || device) return make_csv_writer(target, announced);
  throw Error(
      ErrorKind::output, target.string(),
      fmt::format("unknown kind of file {}", extension.empty() ? "(no extension)" : extension),
      "known are " + join(known) + ", and - for CSV on standard output");
}

void require_fitting(const SequenceSet& set, const SequenceSet& announced) {
  const auto require = [](bool fine, const char* what) {
    if (!fine) throw Error(ErrorKind::bug, "sequence writer", what);
  };
  require(set.rows.dim() == 2 && set.features() == static_cast<int64_t>(announced.columns.size()),
          "there must be [R,F] rows");
  const int64_t count = set.count();
  require(count == 0 || (set.lengths.min().item<int64_t>() >= 1 &&
                         set.lengths.max().item<int64_t>() <= set.steps()),
          "a length lies outside 1..T");
  if (!announced.classes.empty()) {
    require(set.labels.defined() && set.labels.sizes() == set.lengths.sizes(),
            "labels must be [N]");
    const auto classes = static_cast<int64_t>(announced.classes.size());
    require(count == 0 || (set.labels.min().item<int64_t>() >= 0 &&
                           set.labels.max().item<int64_t>() < classes),
            "a label is none of the classes");
  }
  if (!announced.attribute_columns.empty()) {
    const auto width = static_cast<int64_t>(announced.attribute_columns.size());
    require(set.attributes.defined() && set.attributes.dim() == 2 &&
                set.attributes.size(0) == count && set.attributes.size(1) == width,
            "attributes must be [N,S]");
  }
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

void append_cell(std::string& out, double value, const Column& column) {
  if (std::isnan(value)) return;
  if (!column.is_category()) {
    append_number(out, value, column);
    return;
  }
  const bool known = value >= 0 && value < static_cast<double>(column.classes.size());
  if (!known) {
    throw Error(ErrorKind::bug, fmt::format("column {}", column.name),
                fmt::format("code {} of {} classes", value, column.classes.size()));
  }
  out += csv_cell(column.classes[static_cast<size_t>(value)]);
}

void write_sequences(const SequenceSet& set, const fs::path& target) {
  const auto writer = make_sequence_writer(target, {set, set.count(), set.steps()});
  writer->write(set);
  writer->finish();
}

namespace {

/// What append_number() writes, read again; by arithmetic where that is sure to give the same.
double written_number(double value, const Column& column) {
  constexpr double kExact = 1e12, kNearTie = 1e-3;  // far beyond the errors of these products
  if (column.integer) return std::round(value) + 0.0;
  const double units = value * column.digits_of_one(), whole = std::nearbyint(units);
  const double from_tie = std::abs(0.5 - std::abs(units - whole));
  // A quotient of whole numbers is the double that is nearest to the decimal fraction.
  if (std::abs(units) < kExact && from_tie > kNearTie) return whole / column.digits_of_one() + 0.0;
  std::string text;
  append_number(text, value, column);
  return parse_double(text).value_or(value);
}

}  // namespace

void round_as_written(const at::Tensor& x, const std::vector<Column>& columns) {
  double* values = x.data_ptr<double>();
  for (size_t f = 0; f < columns.size(); ++f) {
    const Column& column = columns[f];
    if (column.is_category() || (!column.integer && column.decimals < 0)) continue;
    for (size_t i = f; i < static_cast<size_t>(x.numel()); i += columns.size()) {
      if (std::isfinite(values[i])) values[i] = written_number(values[i], column);
    }
  }
}

at::Tensor as_written(const at::Tensor& x, const std::vector<Column>& columns) {
  at::Tensor rounded = x.to(torch::kDouble).contiguous().clone();
  round_as_written(rounded, columns);
  return rounded;
}

}  // namespace rnngan
