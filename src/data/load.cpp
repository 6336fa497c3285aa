#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/missing.h"
#include "data/sequence_table.h"
#include "data/split.h"
#include "data/statistics.h"

namespace rnngan {

namespace {

constexpr int64_t kDefaultWindow = 24;
constexpr double kTimeganMargin = 1e-7;

/// The shipped loader of TimeGAN turns the file upside down; figures of the literature are about
/// such series.
void reverse_rows(const DataConfig& config, SequenceTable& table) {
  if (table.several) {
    throw Error(ErrorKind::data, config.path,
                "data.compat timegan reads one long series, not several sequences",
                "leave out data.id, or set data.compat to \"none\"");
  }
  table.values = table.values.flip(0).contiguous();
  std::ranges::reverse(table.times);
}

void require_variation(const DataConfig& config, const SequenceTable& table) {
  const auto features = static_cast<int64_t>(table.columns.size());
  const double* values = table.values.data_ptr<double>();
  for (int64_t f = 0; f < features; ++f) {
    double first = values[f];
    for (int64_t r = 0; r < table.rows(); ++r) {
      const double value = values[r * features + f];
      if (first != first) first = value;
      // False for NaN on either side.
      if (value < first || value > first) return;
    }
  }
  throw Error(ErrorKind::data, config.path,
              fmt::format("{} constant: there is nothing to learn",
                          features == 1 ? "its only column is" : "all columns are"),
              "choose columns that change by data.columns");
}

/// Steps of a window; 0 = whole sequences.
int64_t window_length(const DataConfig& config, const SequenceTable& table) {
  if (config.window.length > 0) return config.window.length;
  return table.several ? 0 : kDefaultWindow;
}

void require_long_enough(const DataConfig& config, const SequenceTable& table, int64_t window) {
  for (int64_t s = 0; s < table.sequences(); ++s) {
    const auto at = static_cast<size_t>(s);
    const int64_t rows = table.offsets[at + 1] - table.offsets[at];
    if (rows >= window) continue;
    if (!table.several) {
      throw Error(ErrorKind::data, config.path,
                  fmt::format("{} rows, fewer than one window of {} steps", rows, window),
                  fmt::format("set data.window.length to at most {}", rows));
    }
    throw Error(
        ErrorKind::data, config.path,
        fmt::format("{} has {} {}, fewer than the window of {}", table.sequence_name(s), rows,
                    rows == 1 ? "step" : "steps", window),
        fmt::format("set data.window.length to at most {}, or to 0 for whole sequences", rows));
  }
}

Split make_split(const DataConfig& config, const SequenceTable& table, int64_t window) {
  SplitInput input;
  input.place = config.path;
  input.offsets = table.offsets;
  input.several = table.several;
  input.window = window;
  input.stride = config.window.stride;
  if (config.missing == Missing::drop) input.missing = rows_with_missing(table);
  SplitConfig split = config.split;
  if (config.compat == Compatibility::timegan) {
    split.policy = SplitPolicy::none;
    // Its windows start at 0 .. rows - T - 1: the last one is left out.
    --input.offsets.back();
  }
  return split_windows(input, split);
}

[[noreturn]] void refuse_range(const DataConfig& config, const std::string& column, double low,
                               double high, const char* fact) {
  throw Error(ErrorKind::data, config.path,
              fmt::format("column {}: values from {} to {} are {} to be scaled", column,
                          shortest(low), shortest(high), fact),
              "rescale the column: write it in another unit");
}

/// Squares of deviations must neither overflow nor fall below the normal doubles.
void require_scalable(const DataConfig& config, const std::vector<Column>& columns) {
  constexpr double kLeastSpread = 1e-150;
  for (const Column& c : columns) {
    const bool finite = std::isfinite(c.mean) && std::isfinite(c.sd) &&
                        std::isfinite(c.difference_sd) && std::isfinite(c.max - c.min);
    if (!finite) refuse_range(config, c.name, c.min, c.max, "too large");
    if (c.min < c.max && c.sd < kLeastSpread) {
      refuse_range(config, c.name, c.min, c.max, "too close together");
    }
  }
}

/// Held-out values may lie far beyond the training range, and without scaling any value may exceed
/// the floats.
void require_floats(const DataConfig& config, const SequenceTable& table,
                    const at::Tensor& scaled) {
  const at::Tensor infinite = scaled.isinf().any(0);
  for (size_t f = 0; f < table.columns.size(); ++f) {
    const auto column = static_cast<int64_t>(f);
    if (!infinite[column].item<bool>()) continue;
    const at::Tensor all = table.values.select(1, column);
    const at::Tensor present = all.masked_select(all.isnan().logical_not());
    refuse_range(config, table.columns[f].name, present.min().item<double>(),
                 present.max().item<double>(), "too large");
  }
}

Schema make_schema(const DataConfig& config, const SequenceTable& table,
                   const std::vector<Span>& train) {
  const bool timegan = config.compat == Compatibility::timegan;
  Schema schema;
  schema.columns = table.columns;
  schema.scaling = config.scaling;
  // TimeGAN scales by the whole file, the row that no window holds included.
  const std::vector<Span> everything{{0, table.rows(), 0}};
  fill_step_statistics(table, timegan ? everything : train, schema.columns);
  require_scalable(config, schema.columns);
  const auto constant = [](const Column& column) { return column.min == column.max; };
  if (std::ranges::all_of(schema.columns, constant)) {
    throw Error(ErrorKind::data, config.path, "all columns are constant in the training split",
                "set data.split.seed or data.split.policy so that training sees them change");
  }
  if (timegan && schema.scaling == Scaling::minmax) {
    for (auto& column : schema.columns) column.margin = kTimeganMargin;
  }
  schema.label_name = table.label_name;
  schema.labels = table.labels;
  schema.statics = table.statics;
  fill_static_statistics(table, train, schema.statics);
  require_scalable(config, schema.statics);
  schema.law = condition_law(table, train);
  return schema;
}

}  // namespace

Dataset load_dataset(const DataConfig& config, const std::function<void(int64_t)>& progress) {
  SequenceTable table = read_sequence_table(config, {progress});
  const int64_t rows = table.rows();
  if (config.compat == Compatibility::timegan) reverse_rows(config, table);
  if (config.missing == Missing::interpolate) interpolate_missing(table, config.path);
  require_variation(config, table);
  const int64_t window = window_length(config, table);
  require_long_enough(config, table, window);
  Split split = make_split(config, table, window);

  Dataset data;
  data.schema = make_schema(config, table, split.train);
  data.values = table.values;
  data.scaled = to_scaled(table.values, data.schema);
  require_floats(config, table, data.scaled);
  if (!table.label_indices.empty()) data.labels = torch::tensor(table.label_indices, torch::kLong);
  data.statics = table.static_values;
  data.source_names = std::move(table.names);
  data.train = std::move(split.train);
  data.validation = std::move(split.validation);
  data.test = std::move(split.test);
  data.split_policy = to_string(split.policy);
  data.hash = sha256_file(config.path, ErrorKind::data);
  data.path = config.path;
  data.windowed = window > 0;
  data.file_rows = rows;
  data.sources = table.sequences();
  return data;
}

}  // namespace rnngan
